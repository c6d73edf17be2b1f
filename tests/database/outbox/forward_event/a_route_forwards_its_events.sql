begin;
select plan(6);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, provider, event_types)
  values ('tests_a', 'tests', '{charge.refunded,product.updated}');
select tests.receive_events(
  tests.an_event('evt_1') || '{"type": "charge.refunded", "subject": "ch_1", "body": "{ \"as\":\"it came\" }"}',
  tests.an_event('evt_2') || '{"type": "charge.captured"}',
    tests.an_event('evt_3') || '{"type": "charge.refunded", "provider": "tests_too"}'
);
select tests.a_courier('courier');
create temporary table claimed as select * from outbox.claim(tests.id('courier'), 50);

select is((select count(*)::integer from claimed), 1, 'only the provider and types of the route');
select is((select c.body from claimed c), '{ "as":"it came" }', 'byte for byte');
select is((select c.type from claimed c), 'charge.refunded', 'under the provider''s type');
select is((select c.provider from claimed c), 'tests', 'and the provider''s name');
select is((select m.payload from outbox.messages m join outbox.deliveries d on d.message_id = m.id), null,
  'its body is not stored twice');
select is((select m.record_key from outbox.messages m join outbox.deliveries d on d.message_id = m.id), 'tests/ch_1',
  'events of one subject keep their order');

select * from finish();
rollback;
