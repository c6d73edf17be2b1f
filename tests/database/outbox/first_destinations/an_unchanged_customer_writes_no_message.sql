begin;
select plan(1);

-- The provider sends the same values again: only the time of the event is new.
select tests.receive(tests.fact_customer('cus_1', 'amina@tests.example') || '{"name": "Amina"}');
select tests.receive_events(tests.an_event('evt_again', tests.fact_customer('cus_1', 'amina@tests.example', at => 1)
  || '{"name": "Amina"}'));

select is_empty($$ select m.type from outbox.messages m where m.event_id = (tests.the_event('evt_again')).id $$,
  'the same customer again is no change');

select * from finish();
rollback;
