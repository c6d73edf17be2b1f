begin;
select plan(9);

select tests.a_product('chair');
select tests.a_checkout('cart');
select is(tests.knows(tests.fact_pending('pi_1', 'cart')), false, 'a payment that was never received');
select tests.receive(tests.fact_pending('pi_1', 'cart'));
select is(tests.knows(tests.fact_pending('pi_1', 'cart')), true, 'a payment that was received');
select is(tests.knows(tests.fact_created('pi_1', 'cart')), true, 'earlier events are known too');
select is(tests.knows(tests.fact_failed('pi_1', 'cart')), false, 'a failure is new');
select is(tests.knows(tests.fact_captured('pi_1', 'cart')), false, 'so is its capture');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select is(tests.knows(tests.fact_captured('pi_1', 'cart')), true, 'once received it is known');
select is(tests.knows(tests.fact_failed('pi_1', 'cart')), true,
  'a failure before the capture no longer changes anything');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select is(tests.knows(tests.fact_captured('pi_1', 'cart')), true, 'the capture stays known when it is refunded');
select is(inbox.knows_fact('tests_other', tests.fact_captured('pi_1', 'cart')), false,
  'the same id of another provider is another payment');

select * from finish();
rollback;
