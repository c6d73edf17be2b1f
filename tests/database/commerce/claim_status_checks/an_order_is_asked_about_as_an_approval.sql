begin;
select plan(1);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'tests', 'order', 'order_1', '{}');
select commerce.payment_status(tests.id('cart'));
select tests.passes(3);
select is(tests.asked(), 'tests approval order_1', 'what waits for us to take the money is an approval');

select * from finish();
rollback;
