begin;
select plan(4);

select tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1')) || '{"trust": "unconfirmed"}');
select is(tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1')) || '{"trust": "confirmed"}'),
  'applied', 'the provider confirms it: applied');

select is((tests.the_event('evt_1')).trust, 'confirmed', 'it is confirmed now');
select is((tests.the_event('evt_1')).error, null, 'the error is gone');
select is((tests.the_payment('pi_1')).status, 'captured', 'the payment is captured');

select * from finish();
rollback;
