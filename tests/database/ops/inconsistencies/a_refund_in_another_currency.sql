begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 400), tests.fact_refund('re_2', 'pi_cart', 300, currency => 'USD'));

select is((tests.the_payment('pi_cart')).refunded_minor, 400::bigint, 'does not count as money of this payment');
select is(tests.inconsistencies(), null, 'nor for the audit');

select * from finish();
rollback;
