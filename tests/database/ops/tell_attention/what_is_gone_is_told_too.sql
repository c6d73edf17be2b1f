begin;
select plan(3);

select ops.tell_attention();
delete from ops.alerts where id is not null;
select tests.receive_events(tests.an_event('evt_1', '{"type": "no.such.fact"}'));
select ops.tell_attention();
update inbox.events set status = 'ignored', next_attempt_at = null where provider_event_id = 'evt_1';
select ops.tell_attention();
select results_eq($$ select kind::text, total from ops.alerts order by id $$,
  $$ values ('raised', 1), ('resolved', 1) $$, 'raised, then resolved');
select ok((select resolved_at is not null from ops.incidents where what = 'event failed'), 'the incident has ended');
select is((select count(*)::integer from outbox.messages m where m.type = 'attention.resolved'), 1, 'with a message');

select * from finish();
rollback;
