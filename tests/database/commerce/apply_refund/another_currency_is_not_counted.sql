begin;
select plan(2);

-- 1000 XAF are not 1000 EUR.
select tests.a_product('chair', 1000, currency => 'EUR');
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 1000, 'EUR'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, currency => 'XAF'));

select is((tests.the_payment('pi_1')).refunded_minor, 0::bigint,
  'a refund in another currency does not count');
select is((tests.the_order('cart')).status, 'confirmed', 'its order is not refunded');

select * from finish();
rollback;
