begin;
select plan(5);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select is(tests.receive(tests.fact_refunded_total('pi_1', 400)), 'applied', 'the total is applied');
select is((tests.the_payment('pi_1')).refunded_minor, 400::bigint, 'it counts');
select is((tests.the_payment('pi_1')).status, 'partially_refunded', 'the payment is partially refunded');

select tests.receive(tests.fact_refund('re_1', 'pi_1', 400));
select is((tests.the_payment('pi_1')).refunded_minor, 400::bigint,
  'the refund''s own event does not count twice');
select tests.receive(tests.fact_refunded_total('pi_1', 1000));
select is((tests.the_order('cart')).status, 'refunded', 'the order is refunded once all of it is refunded');

select * from finish();
rollback;
