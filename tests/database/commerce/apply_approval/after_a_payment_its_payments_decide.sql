begin;
select plan(4);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
create function tests.state() returns text language sql as $$ select (tests.the_checkout('cart')).status || ', '
  || tests.the_reservations('cart') $$;
select tests.receive(tests.fact_approved('order_1', 'cart'));
select tests.receive(tests.fact_pending('cap_1', 'cart', at => 1));
select is(tests.state(), 'payment_pending, 1 chair held', 'taking it takes time');
select tests.receive(tests.fact_failed('cap_1', 'cart', at => 2));
select is(tests.state(), 'payment_failed, 1 chair released', 'it was declined');
select tests.receive(tests.fact_approved('order_1', 'cart', at => 60));
select is(tests.state(), 'payment_failed, 1 chair released', 'approved anew it may still be taken');
select tests.receive(tests.fact_captured('cap_2', 'cart', at => 61));
select is(tests.state(), 'payment_completed, 1 chair taken', 'and that pays it');

select * from finish();
rollback;
