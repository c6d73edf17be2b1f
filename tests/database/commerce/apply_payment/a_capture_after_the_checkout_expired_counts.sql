begin;
select plan(4);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart');
update public.checkout_sessions set expires_at = now() - interval '1 second' where id = tests.id('cart');
select commerce.expire_checkouts();
select is((tests.the_checkout('cart')).status, 'expired', 'the checkout expired');

select tests.receive(tests.fact_captured('pi_1', 'cart'));
select is((tests.the_checkout('cart')).status, 'payment_completed', 'a capture wins over the expiry');
select is((tests.the_order('cart')).status, 'confirmed', 'the order is confirmed');
select is(tests.the_stock('chair'), 4, 'the stock is taken again');

select * from finish();
rollback;
