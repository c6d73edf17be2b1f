begin;
select plan(6);

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
select commerce.payment_status(tests.id('cart'));
select pg_temp.passes(3);
select is(pg_temp.asked(), 'tests payment cs_1', 'a first time');
select is(pg_temp.asked(), null, 'not for everybody who looks');
select pg_temp.passes(3);
select is(pg_temp.asked(), 'tests payment cs_1', 'again 3 s later');
select pg_temp.passes(5);
select is(pg_temp.asked(), null, 'not 5 s later');
select pg_temp.passes(1);
select is(pg_temp.asked(), 'tests payment cs_1', 'but 6 s later');
update public.started_payments set times_asked = 2000 where provider_ref = 'cs_1';
select pg_temp.passes(60);
select is(pg_temp.asked(), 'tests payment cs_1', 'and, however often it was asked, each minute');

select * from finish();
rollback;
