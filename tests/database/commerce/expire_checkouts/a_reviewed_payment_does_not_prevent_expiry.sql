begin;
select plan(1);

select tests.a_product('chair', 1000, 1);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 999));
select commerce.close_review((tests.the_payment('pi_1')).id, 'a test');
update public.checkout_sessions set expires_at = now() - interval '1 second' where id = tests.id('cart');
select commerce.expire_checkouts(1000000);

select is(tests.the_stock('chair'), 1, 'it is not fulfilled: the stock is on sale again');

select * from finish();
rollback;
