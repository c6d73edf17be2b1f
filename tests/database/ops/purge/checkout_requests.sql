begin;
select plan(3);

select tests.a_product('chair');
select tests.a_checkout('cart');
insert into public.checkout_requests (caller, key, fingerprint, checkout_session_id, claimed_until, created_at) values
  ('guest', 'old', 'f', tests.id('cart'), now(), now() - interval '49 hours'),
  ('guest', 'new', 'f', tests.id('cart'), now(), now() - interval '47 hours');

select is(ops.purge('checkout requests', 100), 1, 'a key is kept for two days');
select results_eq($$ select r.key from public.checkout_requests r $$, $$ values ('new') $$, 'not less');
select isnt((tests.the_checkout('cart')).id, null, 'the checkout stays');

select * from finish();
rollback;
