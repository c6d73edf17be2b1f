begin;
select plan(3);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 400));
update public.payments set refunded_minor = 399 where provider_ref = 'pi_cart';

select is(tests.inconsistencies(), 'payment and its refunds differ', 'by one unit');
select lives_ok((select i.remedy from ops.inconsistencies i), 'the remedy is a statement');
select is(tests.inconsistencies(), null, 'that fixes it');

select * from finish();
rollback;
