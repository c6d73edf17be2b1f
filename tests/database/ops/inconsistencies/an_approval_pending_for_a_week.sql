begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
select tests.receive(tests.fact_approved('order_1', 'cart'));
alter table public.checkout_sessions disable trigger touch;
update public.checkout_sessions set updated_at = now() - interval '8 days' where id = tests.id('cart');
select is(tests.inconsistencies(), null, 'approved today');
update public.payment_approvals set created_at = now() - interval '8 days' where provider_ref = 'order_1';

select is(tests.inconsistencies(), 'checkout without news for a week', 'the courier should have captured it');

select * from finish();
rollback;
