begin;
select plan(7);

select tests.receive_events(tests.an_event('evt_1') || jsonb_build_object(
  'body', E'{ "id":"evt_1",\n\t"é": "\\u00e9", "n": 1.50, "a":1, "a":2 }  ', 'headers',
  '{"stripe-version": "2025-03-31"}'::jsonb,
  'type', 'charge.refunded', 'subject', 'ch_1', 'occurred_at', '2026-01-01T00:00:07Z'
));

select is((tests.the_event('evt_1')).body, E'{ "id":"evt_1",\n\t"é": "\\u00e9", "n": 1.50, "a":1, "a":2 }  ',
  'the body is kept byte for byte');
select is((tests.the_event('evt_1')).headers, '{"stripe-version": "2025-03-31"}'::jsonb, 'with its headers');
select is((tests.the_event('evt_1')).type, 'charge.refunded', 'and its type');
select is((tests.the_event('evt_1')).subject, 'ch_1', 'and the object it is about');
select is((tests.the_event('evt_1')).occurred_at, '2026-01-01 00:00:07+00'::timestamptz, 'and the time it happened');
select is((tests.the_event('evt_1')).received_at, now(), 'and the time it was received');
select is((tests.the_event('evt_1')).trust, 'signed', 'and its trust');

select * from finish();
rollback;
