begin;
select plan(2);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_approved('order_1', 'cart', 2000));
update public.checkout_sessions set expires_at = now() - interval '1 day' where id = tests.id('cart');
select commerce.expire_checkouts();

select is((tests.the_checkout('cart')).status, 'payment_pending',
  'a checkout whose payment was approved does not expire');
select is(tests.the_reservations('cart'), '2 chair held', 'its stock stays reserved');

select * from finish();
rollback;
