begin;
select plan(4);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
select tests.receive(tests.fact_approved('order_1', 'cart'));
select is(tests.receive(tests.fact_checkout_cancelled('order_1', 'cart')), 'applied', 'the approval is cancelled');

select results_eq(
  $$ select p.status::text, p.amount_minor, p.currency, p.checkout_session_id from tests.the_payment('order_1') p $$,
  $$ select 'cancelled', 1000::bigint, 'EUR', tests.id('cart') $$,
  'so is the pending payment'
);
select is((tests.the_checkout('cart')).status, 'payment_failed', 'its checkout failed');
select is(tests.the_stock('chair'), 5, 'and its stock is released');

select * from finish();
rollback;
