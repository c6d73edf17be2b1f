begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, provider, event_types) values ('tests_a', 'tests', '{something.happened}');
select tests.receive_events(
  tests.an_event('confirmed:pi_1:failed', tests.fact_failed('pi_1')) || '{"trust": "confirmed"}');
select is_empty($$ select 1 from outbox.messages m where m.payload is null $$,
  'an answer of its API, in the shape of an event');
select tests.receive_events(tests.an_event('evt_1', tests.fact_failed('pi_1')));
select is((select count(*)::integer from outbox.messages m where m.payload is null), 1,
  'but the provider''s own event');

select * from finish();
rollback;
