begin;
select plan(3);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.apply_payment('tests', tests.fact_captured('pi_1', 'cart'));
select is(commerce.payment_status(tests.id('cart')) ->> 'state', 'paid', 'it is paid');
select is(
  (commerce.payment_status(tests.id('cart')) -> 'order' ->> 'number')::bigint, (tests.the_order('cart')).number,
  'the buyer sees the order number'
);
select is(commerce.payment_status(tests.id('cart')) -> 'order' -> 'items' -> 0 ->> 'sku', 'chair',
  'and the items');

select * from finish();
rollback;
