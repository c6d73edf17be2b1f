begin;
select plan(3);

select is(
  tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1'), tests.fact_refund('re_1', 'pi_1', 1000),
    tests.fact_customer('cus_1', null))),
  'applied', 'an event may hold several facts'
);
select is((tests.the_payment('pi_1')).status, 'refunded', 'the second depends on the first');
select isnt((tests.the_customer('cus_1')).id, null, 'the third is applied too');

select * from finish();
rollback;
