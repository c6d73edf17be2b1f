begin;
select plan(3);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.a_checkout('late');
select commerce.cancel_checkout(tests.id('cart'));
select is(commerce.payment_status(tests.id('cart')) ->> 'state', 'cancelled',
  'a checkout cancelled by the buyer is cancelled');
update public.checkout_sessions set expires_at = now() - interval '1 second' where id = tests.id('late');
select commerce.expire_checkouts();
select is(commerce.payment_status(tests.id('late')) ->> 'state', 'expired', 'an unpaid one past its time is expired');
select commerce.apply_payment('tests', tests.fact_captured('pi_1', 'cart'));
select is(commerce.payment_status(tests.id('cart')) ->> 'state', 'paid', 'a capture wins over both');

select * from finish();
rollback;
