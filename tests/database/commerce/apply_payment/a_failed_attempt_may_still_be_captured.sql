begin;
select plan(5);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_failed('pi_1', 'cart', 2000));
select tests.receive(tests.fact_captured('pi_1', 'cart', 2000, at => 60));

select is((tests.the_payment('pi_1')).status, 'captured', 'the payment is captured');
select is((tests.the_payment('pi_1')).failure_code, 'card_declined', 'the earlier failure stays on record');
select is((tests.the_checkout('cart')).status, 'payment_completed', 'the checkout is completed');
select is((tests.the_order('cart')).status, 'confirmed', 'the order is confirmed');
select is(tests.the_stock('chair'), 3, 'the stock is taken again');

select * from finish();
rollback;
