begin;
select plan(2);

select tests.receive_events(tests.an_event('evt_refund', tests.fact_refund('re_1', 'pi_1', 300)));

select is(tests.receive_events(tests.an_event('evt_refund', tests.fact_refund('re_1', 'pi_1', 300))), 'parked',
  'it is still parked');
select tests.receive(tests.fact_captured('pi_1'));
select is((tests.the_payment('pi_1')).refunded_minor, 300::bigint, 'and applied once');

select * from finish();
rollback;
