begin;
select plan(3);

select is(tests.receive_events(tests.an_event('evt_dispute', tests.fact_dispute('dp_1', 'pi_1', 'lost'))), 'parked',
  'the payment is not known yet');
select tests.receive(tests.fact_captured('pi_1'));

select is((tests.the_event('evt_dispute')).status, 'applied', 'it is applied with the capture');
select is((tests.the_payment('pi_1')).status, 'disputed', 'and shows on the payment');

select * from finish();
rollback;
