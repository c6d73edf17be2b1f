begin;
select plan(2);

select is(
  tests.receive_events(tests.an_event('evt_refund', tests.fact_refund('re_1', 'pi_1', 300)),
    tests.an_event('evt_payment', tests.fact_captured('pi_1'))),
  'parked applied', 'the refund comes first in the same call'
);
select is((tests.the_event('evt_refund')).status, 'applied', 'and is applied within the same call');

select * from finish();
rollback;
