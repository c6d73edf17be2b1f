begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
update public.payments set amount_minor = 1001 where provider_ref = 'pi_cart';

select is(tests.inconsistencies(), 'order and payment differ in amount', 'by one minor unit, and no admin accepted it');
update public.payments set reviewed_at = now() where provider_ref = 'pi_cart';
select is(tests.inconsistencies(), null, 'an admin accepted the difference');

select * from finish();
rollback;
