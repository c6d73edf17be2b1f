begin;
select plan(3);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select outbox.set_functions_url('https://abc.supabase.co/functions/v1');
select outbox.write_message('thing.made', 'things/1', '{"type":"thing.made","data":{"price":12.10}}', null,
  '{tests_a}');
select tests.receive_events(tests.an_event('evt_1'));
select outbox.write_message('thing.happened', 'tests/1', null, (tests.the_event('evt_1')).id, '{tests_a}');

create function tests.the_messages() returns text language sql as $$ select c.messages
  from outbox.changes('tests_a', null, 100) c $$;
select is(
  tests.the_messages()::json ->> 0,
  format('{"id":"msg_%s","type":"thing.made","data":{"price":12.10}}', (tests.the_delivery('thing.made')).message_id),
  'the payload as it is sent, with the webhook-id'
);
select is(
  tests.the_messages()::jsonb -> 1,
  jsonb_build_object(
    'id', 'msg_' || (tests.the_delivery('thing.happened')).message_id, 'type', 'thing.happened', 'provider', 'tests',
    'body', '{"id" : "evt_1"}'
  ),
  'a forwarded event, byte for byte'
);
update outbox.destinations set receipts = true where name = 'tests_a';
select is(
  tests.the_messages()::json -> 0 ->> 'receipt_url', outbox.receipt_url((tests.the_delivery('thing.made')).id),
  'with the receipt_url, if the destination sends receipts'
);

select * from finish();
rollback;
