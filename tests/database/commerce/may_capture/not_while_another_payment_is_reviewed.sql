begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.receive(tests.fact_approved('order_1', 'cart'));
select tests.receive(tests.fact_captured('pi_1', 'cart', 999));
select matches(tests.may_capture('order_1'), '^cancelled: A payment for its checkout was captured already',
  'with another amount: an admin decides first');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 999));
select is(tests.may_capture('order_1'), 'yes', 'once it is refunded the buyer may pay again');

select * from finish();
rollback;
