begin;
select plan(1);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'tests', 'order', 'order_1', '{}');
select commerce.payment_status(tests.id('cart'));
select tests.passes(3);
select is(tests.asked(), 'tests approval order_1',
  'a payment that waits for our capture is asked about as an approval');

select * from finish();
rollback;
