begin;
select plan(1);

-- Captured with another amount, and refunded: it will not be fulfilled, so its stock must not stay reserved for ever.
select tests.a_product('chair', 1000, 1);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 999));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 999));
update public.checkout_sessions set expires_at = now() - interval '1 second' where id = tests.id('cart');
select commerce.expire_checkouts(1000000);

select is(tests.the_stock('chair'), 1, 'the stock is on sale again');

select * from finish();
rollback;
