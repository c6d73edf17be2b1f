begin;
select plan(5);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
select ops.count_failure('checkout', 'provider_unavailable', 'fapshi does not answer right now.');
select is_empty($$ select 1 from ops.attention a where a.what = 'requests not served' $$, 'once: it may pass');
select ops.count_failure('checkout', 'provider_unavailable', 'fapshi does not answer right now.'),
  ops.count_failure('checkout', 'provider_unavailable', 'fapshi does not answer right now.');
select matches((select a.why from ops.attention a where a.what = 'requests not served'),
  '^checkout answered 3 requests with "provider_unavailable" since ', 'three times: it does not');
insert into public.started_payments (checkout_session_id, provider, kind, provider_ref, created_at)
values (tests.id('cart'), 'stripe', 'order', 'o_1', now() + interval '1 second');
select isnt_empty($$ select 1 from ops.attention a where a.what = 'requests not served' $$,
  'another provider''s payment says nothing of it');
insert into public.started_payments (checkout_session_id, provider, kind, provider_ref, created_at)
values (tests.id('cart'), 'fapshi', 'transaction', 't_1', now() + interval '1 second');
select is_empty($$ select 1 from ops.attention a where a.what = 'requests not served' $$, 'its own does');

update ops.endpoint_failures set minute = minute - interval '91 days' where endpoint = 'checkout';
select is(ops.purge('endpoint failures', 10), 1, 'they are kept for 90 days');

select * from finish();
rollback;
