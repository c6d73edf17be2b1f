begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.receive(tests.fact_approved('order_1', 'cart'));
select is(tests.may_capture('order_1'), 'yes', 'the amount that the checkout asks for');
select tests.receive(tests.fact_pending('cap_1', 'cart'));
select tests.receive(tests.fact_failed('cap_1', 'cart'));
select is(tests.may_capture('order_1'), 'yes', 'a failed attempt does not block another');

select * from finish();
rollback;
