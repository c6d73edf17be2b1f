begin;
select plan(6);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_captured('pi_1', 'cart', 1999));
select tests.remember('order', commerce.accept_payment((tests.the_payment('pi_1')).id, 'a test')::text);

select is((tests.the_order('cart')).id, tests.id('order'), 'it returns the order it made');
select is((tests.the_order('cart')).status, 'confirmed', 'the order is confirmed');
select is((tests.the_checkout('cart')).status, 'payment_completed', 'the checkout is completed');
select is(tests.the_reservations('cart'), '2 chair taken', 'the stock is sold');
select is((tests.the_payment('pi_1')).needs_review, false, 'the payment no longer needs review');
select tests.receive(tests.fact_captured('pi_1', 'cart', 1999));
select is((tests.the_payment('pi_1')).needs_review, false, 'nor when the provider sends it again');

select * from finish();
rollback;
