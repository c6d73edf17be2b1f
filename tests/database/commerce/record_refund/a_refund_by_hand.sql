begin;
select plan(3);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
select commerce.record_refund((tests.the_payment('pi_cart')).id, 400, 'transfer 1', 'broken');
select is((tests.the_payment('pi_cart')).refunded_minor, 400::bigint, 'it counts');
select is((tests.the_refund('by hand: transfer 1')).status || ' ' || (tests.the_refund('by hand: transfer 1')).reason,
  'succeeded broken', 'it is a refund like any other');
select commerce.record_refund((tests.the_payment('pi_cart')).id, 600, 'transfer 2');
select is((tests.the_order('cart')).status, 'refunded', 'a full one refunds the order');

select * from finish();
rollback;
