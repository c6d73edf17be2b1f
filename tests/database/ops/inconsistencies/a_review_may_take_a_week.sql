begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 999));
alter table public.checkout_sessions disable trigger touch;
alter table public.payments disable trigger guard;
update public.checkout_sessions set updated_at = now() - interval '8 days' where id = tests.id('cart');
update public.payments set updated_at = now() - interval '8 days' where provider_ref = 'pi_1';

select is((tests.the_checkout('cart')).status, 'payment_pending', 'it waits for a review');
select is(tests.inconsistencies(), null, 'ops.attention shows it already');

select * from finish();
rollback;
