begin;
select plan(2);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 700));

select is(tests.receive(tests.fact_refund('re_2', 'pi_1', 700)), 'failed',
  'together they exceed the capture: the second fails');
select is((tests.the_payment('pi_1')).refunded_minor, 700::bigint, 'the first one stands');

select * from finish();
rollback;
