begin;
select plan(5);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
select is(tests.receive(tests.fact_approved('order_1', 'cart')), 'applied', 'the buyer approved');

select results_eq(
  $$ select a.checkout_session_id, a.amount_minor, a.currency from tests.the_approval('order_1') a $$,
  $$ select tests.id('cart'), 1000::bigint, 'EUR' $$, 'the approval names its amount and checkout'
);
select is((tests.the_checkout('cart')).status, 'payment_pending', 'the checkout waits for the capture');
select is(tests.the_reservations('cart'), '1 chair held', 'its stock is kept');
select is_empty($$ select 1 from public.payments p where p.provider = 'tests' $$, 'there is no payment yet');

select * from finish();
rollback;
