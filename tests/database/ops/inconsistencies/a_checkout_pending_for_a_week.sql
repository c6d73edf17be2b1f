begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
select tests.receive(tests.fact_pending('pi_1', 'cart'));
alter table public.checkout_sessions disable trigger touch;
alter table public.payments disable trigger guard;
update public.checkout_sessions set updated_at = now() - interval '8 days' where id = tests.id('cart');
select is(tests.inconsistencies(), null, 'its payment is younger');
update public.payments set updated_at = now() - interval '8 days' where provider_ref = 'pi_1';

select is(tests.inconsistencies(), 'checkout without news for a week', 'no payment is pending for that long');

select * from finish();
rollback;
