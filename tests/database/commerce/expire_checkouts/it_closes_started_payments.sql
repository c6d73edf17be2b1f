begin;
select plan(1);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('late'), tests.a_checkout('early');
insert into public.started_payments (checkout_session_id, provider, kind, provider_ref) values
  (tests.id('late'), 'stripe', 'checkout_session', 'cs_late'), (tests.id('late'), 'paypal', 'order', 'order_late'),
  (tests.id('early'), 'stripe', 'checkout_session', 'cs_early');
update public.checkout_sessions set expires_at = now() - interval '1 second' where id = tests.id('late');
select commerce.expire_checkouts(1000000);

select is(
  (select string_agg(p.provider_ref, ' ') from public.started_payments p where p.close_requested_at is not null),
  'cs_late', 'the buyer must not pay there any more; PayPal captures nothing by itself'
);

select * from finish();
rollback;
