begin;
select plan(3);

select tests.receive_events(
  tests.an_event('evt_1', tests.fact_captured('pi_1'))
  || '{"trust": "confirmed", "body": "what was sent", "confirmation": "what the provider says"}',
    tests.an_event('evt_2')
);
select is((tests.the_event('evt_1')).body, 'what was sent', 'the body stays as it was received');
select is((tests.the_event('evt_1')).confirmation, 'what the provider says', 'the confirmation is stored beside it');
select is((tests.the_event('evt_2')).confirmation, null, 'without a question to the provider there is none');

select * from finish();
rollback;
