begin;
select plan(3);

create function pg_temp.asked() returns text
language sql as $$ select string_agg(a.provider || ' ' || a.kind || ' ' || a.ref, ', ' order by a.ref) from commerce.to_ask(tests.id('cart')) a $$;
create function pg_temp.passes(seconds integer) returns void
language sql as $$
  update public.checkout_sessions set returned_at = returned_at - make_interval(secs => seconds) where id = tests.id('cart');
  update public.started_payments set asked_at = asked_at - make_interval(secs => seconds) where checkout_session_id = tests.id('cart');
$$;
select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'tests', 'checkout_session', 'cs_1', '{}');
select is(pg_temp.asked(), null, 'nobody waits: nobody is asked');
select commerce.payment_status(tests.id('cart'));
select is(pg_temp.asked(), null, 'the webhook has a few seconds');
select pg_temp.passes(3);
select is(pg_temp.asked(), 'tests payment cs_1', 'then the provider is asked');

select * from finish();
rollback;
