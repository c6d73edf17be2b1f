begin;
select plan(4);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
create function tests.state() returns text language sql as $$ select (tests.the_checkout('cart')).status || ', '
  || tests.the_reservations('cart') $$;
select tests.receive(tests.fact_approved('order_1', 'cart'));
select tests.receive(tests.fact_pending('cap_1', 'cart', at => 1));
select is(tests.state(), 'payment_pending, 1 chair held', 'the capture takes time');
select tests.receive(tests.fact_failed('cap_1', 'cart', at => 2));
select is(tests.state(), 'payment_failed, 1 chair released', 'the capture was declined');
select tests.receive(tests.fact_approved('order_1', 'cart', at => 60));
select is(tests.state(), 'payment_failed, 1 chair released', 'approved again, it may still be captured');
select tests.receive(tests.fact_captured('cap_2', 'cart', at => 61));
select is(tests.state(), 'payment_completed, 1 chair taken', 'the capture pays it');

select * from finish();
rollback;
