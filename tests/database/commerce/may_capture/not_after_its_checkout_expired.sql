begin;
select plan(1);

select tests.a_product('chair');
select tests.a_checkout('cart');
update public.checkout_sessions set expires_at = now() - interval '1 minute' where id = tests.id('cart');
select commerce.expire_checkouts();
select tests.receive(tests.fact_approved('order_1', 'cart'));

select matches(tests.may_capture('order_1'), '^cancelled: Its checkout expired',
  'no charge for what may be sold to another buyer');

select * from finish();
rollback;
