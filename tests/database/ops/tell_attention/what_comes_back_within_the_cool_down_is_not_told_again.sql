begin;
select plan(2);

select ops.tell_attention();
delete from ops.alerts where id is not null;
select tests.receive_events(tests.an_event('evt_1', '{"type": "no.such.fact"}'));
select ops.tell_attention();
update inbox.events set status = 'ignored' where provider_event_id = 'evt_1';
select ops.tell_attention();
update inbox.events set status = 'failed' where provider_event_id = 'evt_1';
select ops.tell_attention();
select is((select count(*)::integer from ops.alerts where kind = 'raised'), 1, 'it flaps, and is told once');
update ops.incidents set resolved_at = now() - interval '1 hour', raised_at = now() - interval '2 hours'
where resolved_at is not null;
delete from ops.incidents where resolved_at is null and what = 'event failed';
select ops.tell_attention();
select is((select count(*)::integer from ops.alerts where kind = 'raised'), 2, 'an hour later it is told again');

select * from finish();
rollback;
