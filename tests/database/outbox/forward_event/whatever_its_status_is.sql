begin;
select plan(5);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, provider, event_types) values ('tests_a', 'tests', '{something.happened}');
select tests.receive_events(tests.an_event('evt_1'));
select is((select count(*)::integer from outbox.deliveries), 1, 'one without a fact');
select tests.receive_events(tests.an_event('evt_2') || '{"facts": null}');
select is((select count(*)::integer from outbox.deliveries), 2, 'one that is unreadable');
select tests.receive_events(tests.an_event('evt_3', '{"type": "no.such.fact"}'));
select is((select count(*)::integer from outbox.deliveries), 3, 'one that fails');
select tests.receive_events(tests.an_event('evt_4', tests.fact_refund('re_1', 'pi_1', 1)));
select is((select count(*)::integer from outbox.deliveries), 4, 'one that is parked');
select is((select m.record_key from outbox.messages m where m.event_id = (tests.the_event('evt_1')).id), 'tests/evt_1',
  'without a subject the event''s own id is its record key');

select * from finish();
rollback;
