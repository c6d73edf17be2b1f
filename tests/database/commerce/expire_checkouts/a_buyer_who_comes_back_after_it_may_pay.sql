begin;
select plan(3);

select tests.a_product('chair', 1000, 1);
select tests.a_checkout('cart');
update public.checkout_sessions set expires_at = now() - interval '1 second' where id = tests.id('cart');
select commerce.expire_checkouts(1000000);
select isnt((tests.the_checkout('cart')).expired_at, null, 'it says when it expired');
select tests.receive(tests.fact_captured('pi_1', 'cart'));

select is((tests.the_order('cart')).status, 'confirmed', 'the page was still open: the payment makes an order');
select is(tests.the_stock('chair'), 0, 'and sold');

select * from finish();
rollback;
