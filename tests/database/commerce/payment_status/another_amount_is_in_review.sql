begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.apply_payment('tests', tests.fact_captured('pi_1', 'cart', 900));
select is(commerce.payment_status(tests.id('cart')) ->> 'state', 'in_review',
  'a payment of another amount is in review');
select ok(commerce.payment_status(tests.id('cart')) ->> 'order' is null, 'and makes no order');

select * from finish();
rollback;
