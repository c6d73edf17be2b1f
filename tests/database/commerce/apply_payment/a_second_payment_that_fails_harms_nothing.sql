begin;
select plan(4);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_failed('pi_2', 'cart'));

select is((tests.the_payment('pi_2')).status, 'failed', 'the second payment failed');
select is((tests.the_checkout('cart')).status, 'payment_completed', 'the checkout stays completed');
select is((tests.the_order('cart')).status, 'confirmed', 'the order stays confirmed');
select is(tests.the_reservations('cart'), '1 chair taken', 'the stock stays sold');

select * from finish();
rollback;
