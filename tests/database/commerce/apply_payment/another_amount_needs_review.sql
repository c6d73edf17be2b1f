begin;
select plan(7);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart', '{"chair": 2}');
select is(tests.receive(tests.fact_captured('pi_1', 'cart', 1999)), 'applied', 'the payment is recorded');

select is((tests.the_payment('pi_1')).status, 'captured', 'the payment is captured');
select ok((tests.the_payment('pi_1')).needs_review, 'it needs review');
select matches((tests.the_payment('pi_1')).review_reason, '19\.99 EUR.*20\.00 EUR', 'the reason names both amounts');
select is((tests.the_order('cart')).id, null, 'nothing is fulfilled: no order');
select isnt((tests.the_checkout('cart')).status, 'payment_completed', 'the checkout is not completed');
select is(tests.the_reservations('cart'), '2 chair held', 'its stock stays reserved until an admin decides');

select * from finish();
rollback;
