begin;
select plan(3);

select tests.a_product('chair');
select tests.is_sold('cart');
select is(tests.inconsistencies(), null, 'a sale');
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 300) || '{"currency": "USD"}');
select is(tests.inconsistencies(), 'refund in another currency than its payment',
  'because that refund is not counted');
select is((tests.the_payment('pi_cart')).refunded_minor, 0::bigint, 'for the payment');

select * from finish();
rollback;
