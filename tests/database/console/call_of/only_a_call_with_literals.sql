begin;
select plan(9);

select is(console.call_of('select inbox.ignore(''0198a1b2-0000-7000-8000-000000000000'', reason => ''<why>'')'),
  '{"command": "inbox.ignore", "arguments": {"event_id": "0198a1b2-0000-7000-8000-000000000000", "reason": "<why>"}}',
  'literals by place and by name');
select is(console.call_of('select outbox.retry(12)'), '{"command": "outbox.retry", "arguments": {"delivery_id": "12"}}',
  'numbers');
select is(console.call_of('select ops.schedule_jobs()'), '{"command": "ops.schedule_jobs", "arguments": {}}',
  'no arguments');
select is(console.call_of(format('select outbox.pause(%L, %L)', 'it''s \ odd', E'two\nlines')) #>>
  '{arguments,destination}',
  'it''s \ odd', 'quotes and backslashes as they were');
select is(console.call_of(format('select outbox.pause(%L, %L)', 'a', '1, reason => ''x'')')) -> 'arguments',
  '{"destination": "a", "reason": "1, reason => ''x'')"}', 'a literal that looks like SQL is a literal');
select is(console.call_of('select outbox.pause(''a'', ''b''), outbox.resume(''a'')'), null, 'two calls');
select is(console.call_of('select outbox.cancel(d.id) from outbox.deliveries d'), null, 'a query');
select is(console.call_of('update outbox.routes set enabled = false'), null, 'another statement');
select is(console.call_of(null), null, 'nothing');

select * from finish();
rollback;
