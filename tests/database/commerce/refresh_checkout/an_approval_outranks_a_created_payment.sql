begin;
select plan(3);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.receive(tests.fact_created('card_1', 'cart'));
select is((tests.the_checkout('cart')).status, 'open', 'started with a card');
select tests.receive(tests.fact_approved('order_1', 'cart'));
select is((tests.the_checkout('cart')).status, 'payment_pending', 'approved another way: it does not expire now');
select tests.receive(tests.fact_failed('cap_1', 'cart'));
select is((tests.the_checkout('cart')).status, 'open', 'declined, it is as before');

select * from finish();
rollback;
