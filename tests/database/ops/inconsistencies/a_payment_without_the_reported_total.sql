begin;
select plan(5);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
select tests.receive(tests.fact_refunded_total('pi_cart', 700), tests.fact_refund('re_1', 'pi_cart', 400, 'failed'));
select is((tests.the_payment('pi_cart')).refunded_minor, 300::bigint, 'the provider reported 700, of which 400 failed');
select is(tests.inconsistencies(), null, 'that is consistent');
update public.payments set refunded_minor = 0 where provider_ref = 'pi_cart';

select is(tests.inconsistencies(), 'payment and its refunds differ', 'a lost total is not');
select lives_ok((select i.remedy from ops.inconsistencies i), 'the remedy is a statement');
select is(tests.inconsistencies(), null, 'that fixes it');

select * from finish();
rollback;
