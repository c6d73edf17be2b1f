begin;
select plan(4);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_captured('pi_2', 'cart'));
select tests.receive(tests.fact_captured('pi_3'));

select throws_matching(
  $$ select commerce.accept_payment((tests.the_payment('pi_1')).id, 'a test') $$, 'does not need review',
  'a payment that needs no review'
);
select throws_matching(
  $$ select commerce.accept_payment((tests.the_payment('pi_2')).id, 'a test') $$,
    'has no checkout that could become an order',
  'a second payment of one checkout'
);
select throws_matching(
  $$ select commerce.accept_payment((tests.the_payment('pi_3')).id, 'a test') $$,
    'has no checkout that could become an order',
  'a payment without a checkout'
);
select throws_matching($$ select commerce.accept_payment(gen_random_uuid(), 'a test') $$, 'does not need review',
  'a payment that does not exist');

select * from finish();
rollback;
