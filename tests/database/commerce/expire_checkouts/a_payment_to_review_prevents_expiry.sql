begin;
select plan(2);

-- Captured, but with another amount: an admin decides. Until then its stock is not sold to others.
select tests.a_product('chair', 1000, 1);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 999));
update public.checkout_sessions set expires_at = now() - interval '1 second' where id = tests.id('cart');
select commerce.expire_checkouts();

select isnt((tests.the_checkout('cart')).status, 'expired',
  'a checkout whose payment needs review does not expire');
select is(tests.the_reservations('cart'), '1 chair held', 'its stock stays reserved');

select * from finish();
rollback;
