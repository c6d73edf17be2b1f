begin;
select plan(4);

select tests.a_product('chair', stock => 5);

select tests.begins('key-of-one-purchase');
select tests.remember('first', current_setting('tests.cart'));
update public.checkout_requests set claimed_until = now() - interval '1 hour' where key = 'key-of-one-purchase';
update public.checkout_sessions set expires_at = now() - interval '1 second' where id = tests.id('first');
select commerce.expire_checkouts();
select is(tests.begins('key-of-one-purchase'), 'begun',
  'a repeated call after its checkout expired starts a payment');
select isnt(tests.id('cart'), tests.id('first'), 'of a new checkout');
select is((tests.the_checkout('cart')).status, 'open', 'which is open');
select is(tests.the_stock('chair'), 3, 'and holds its stock');

select * from finish();
rollback;
