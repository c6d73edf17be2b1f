begin;
select plan(5);

select tests.a_product('chair', stock => 5);
create function pg_temp.starts() returns void language sql as $$
  select commerce.start_payment(tests.id('cart'), 'tests', 'order', 'order_1',
    '{"redirect_url": "https://provider.example/1"}');
$$;

select tests.begins('key-of-one-purchase');
select commerce.cancel_checkout(tests.id('cart'));
select throws_like('select pg_temp.starts()', 'checkout % is over%',
  'a checkout that was cancelled while its payment was started must not be paid');
select is_empty($$ select 1 from public.started_payments s where s.provider_ref = 'order_1' $$,
  'nothing is stored about it');
select is((select r.answer from public.checkout_requests r where r.checkout_session_id = tests.id('cart')), null,
  'its buyer gets no payment page');

select tests.begins('key-of-another-purchase');
update public.checkout_sessions set expires_at = now() - interval '1 second' where id = tests.id('cart');
select commerce.expire_checkouts();
select throws_like('select pg_temp.starts()', 'checkout % is over%', 'nor one that has expired meanwhile');
select is(tests.the_stock('chair'), 5, 'nothing is reserved');

select * from finish();
rollback;
