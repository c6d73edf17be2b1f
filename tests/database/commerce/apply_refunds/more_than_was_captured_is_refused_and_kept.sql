begin;
select plan(2);

select tests.receive(tests.fact_captured('pi_1'));

select is(tests.receive(tests.fact_refunded_total('pi_1', 1001)), 'failed',
  'more than was captured cannot be refunded');
select is((tests.the_payment('pi_1')).reported_refunded_minor, 0::bigint, 'the payment stays as it was');

select * from finish();
rollback;
