begin;
select plan(2);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 900));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 900));

select throws_ok(
  $$ select commerce.accept_payment((tests.the_payment('pi_1')).id, 'a test') $$, null, null,
  'a payment refunded in full can no longer be accepted'
);
select is((tests.the_order('cart')).id, null, 'a refunded payment has no order');

select * from finish();
rollback;
