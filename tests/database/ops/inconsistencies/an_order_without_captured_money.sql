begin;
select plan(1);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
alter table public.payments disable trigger guard;
update public.payments set status = 'pending', captured_at = null where provider_ref = 'pi_cart';

select is(tests.inconsistencies(), 'order without captured money', 'it was never paid');

select * from finish();
rollback;
