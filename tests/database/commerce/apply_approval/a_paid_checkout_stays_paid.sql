begin;
select plan(2);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('cap_1', 'cart'));
select tests.receive(tests.fact_approved('order_1', 'cart'));

select is((tests.the_checkout('cart')).status, 'payment_completed', 'a late approval changes nothing');
select is(tests.the_reservations('cart'), '1 chair taken', 'what was sold stays sold');

select * from finish();
rollback;
