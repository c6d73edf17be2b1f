begin;
select plan(4);

select tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1')) || '{"trust": "unconfirmed"}');
select is(
  tests.receive_events(tests.an_event('evt_1')
    || '{"trust": "confirmed", "facts": null, "error": "data.amount: expected a number"}'), 'failed',
    'it is trusted, but cannot be read: failed'
);
select is((tests.the_payment('pi_1')).id, null, 'the unconfirmed facts are not applied instead');
select is((tests.the_event('evt_1')).error, 'data.amount: expected a number', 'it says what is wrong with it');
select isnt((tests.the_event('evt_1')).next_attempt_at, null, 'it is read again later');

select * from finish();
rollback;
