begin;
select plan(7);

select ops.tell_attention();
delete from ops.alerts where id is not null;
select tests.receive_events(tests.an_event('evt_1', '{"type": "no.such.fact"}'),
  tests.an_event('evt_2', '{"type": "no.such.fact"}'));
select ops.tell_attention();
select results_eq($$ select kind::text, severity::text, total from ops.alerts $$, $$ values ('raised', 'urgent', 2) $$,
  'two failed events are one alert');
select is((select jsonb_agg(i ->> 'what') from ops.alerts, jsonb_array_elements(items) i),
  '["event failed", "event failed"]'::jsonb, 'which names both');
select matches((select text from ops.alerts), '\[urgent\] event failed: tests something\.happened\nIt could not be '
  'applied: no rule for a fact',
  'in words');
select matches((select text from ops.alerts), 'To do:\n-- Applies it again.*\nselect inbox\.retry', 'with what to do');
select is(
  (select count(*)::integer from outbox.messages m join outbox.deliveries d on d.message_id = m.id
    where m.type = 'attention.raised' and d.destination = 'make' and m.payload::jsonb #>> '{data,total}' = '2'),
  1, 'make.com gets it'
);
select ops.tell_attention();
select is((select count(*)::integer from ops.alerts), 1, 'a minute later there is nothing new');
select is((select count(*)::integer from ops.incidents i where i.what = 'event failed' and i.alerted_at is not null), 2,
  'and each incident is known');

select * from finish();
rollback;
