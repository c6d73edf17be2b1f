begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart'), tests.receive(tests.fact_approved('order_1', 'cart'));
update public.checkout_sessions set cancelled_at = now() + interval '1 second' where id = tests.id('cart');
select commerce.refresh_checkout(tests.id('cart'));
select is((tests.the_checkout('cart')).status, 'payment_failed', 'no longer counts');
update public.checkout_sessions set cancelled_at = now() - interval '1 second' where id = tests.id('cart');
select commerce.refresh_checkout(tests.id('cart'));
select is((tests.the_checkout('cart')).status, 'payment_pending', 'a later one does');

select * from finish();
rollback;
