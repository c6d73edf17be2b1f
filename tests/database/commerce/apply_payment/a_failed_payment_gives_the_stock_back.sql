begin;
select plan(6);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_failed('pi_1', 'cart', 2000));

select is((tests.the_payment('pi_1')).status, 'failed', 'the payment failed');
select is((tests.the_payment('pi_1')).failure_code, 'card_declined', 'with a code for programs');
select is((tests.the_payment('pi_1')).failure_message, 'The card was declined.', 'with a message for people');
select is((tests.the_checkout('cart')).status, 'payment_failed', 'so is the checkout');
select is(tests.the_stock('chair'), 5, 'its stock is on sale again');
select is((tests.the_order('cart')).id, null, 'there is no order');

select * from finish();
rollback;
