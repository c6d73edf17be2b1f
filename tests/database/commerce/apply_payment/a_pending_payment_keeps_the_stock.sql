begin;
select plan(5);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_pending('pi_1', 'cart', 2000));

select is((tests.the_payment('pi_1')).status, 'pending', 'the payment is pending');
select is((tests.the_checkout('cart')).status, 'payment_pending', 'so is the checkout');
select is(tests.the_reservations('cart'), '2 chair held', 'its stock stays reserved');
select is((tests.the_order('cart')).id, null, 'there is no order before the capture');
select is((tests.the_payment('pi_1')).review_reason, null, 'nothing needs review before the capture');

select * from finish();
rollback;
