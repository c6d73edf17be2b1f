begin;
select plan(5);

select tests.a_product('chair', 0);
select tests.a_checkout('cart');
select is((tests.the_checkout('cart')).status::text, 'open', 'a checkout of 0 by SQL alone stays open');
select commerce.complete_free(tests.id('cart'));
select commerce.complete_free(tests.id('cart'));
select is((select p.provider || ' ' || p.status || ' ' || p.amount_minor from public.payments p
  where p.checkout_session_id = tests.id('cart')), 'free captured 0', 'it is paid by a payment of 0');
select is((tests.the_order('cart')).status::text, 'confirmed', 'which makes the order');
select is(tests.the_reservations('cart'), '1 chair taken', 'once');
select is(tests.inconsistencies(), null, 'the audit agrees');

select * from finish();
rollback;
