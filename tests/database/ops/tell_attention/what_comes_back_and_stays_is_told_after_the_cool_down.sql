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
select is((select string_agg(a.kind::text, ' ' order by a.id) from ops.alerts a where a.kind <> 'digest'),
  'raised resolved', 'the last that was said is that it is gone');
update ops.incidents set raised_at = now() - interval '1 hour' where resolved_at is null;
select ops.tell_attention();
select is((select string_agg(a.kind::text, ' ' order by a.id) from ops.alerts a where a.kind <> 'digest'),
  'raised resolved raised', 'so it is said once that it came back and stays');

select * from finish();
rollback;
