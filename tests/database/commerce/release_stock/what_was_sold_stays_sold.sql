begin;
select plan(2);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_captured('pi_1', 'cart', 2000));
select commerce.release_stock(tests.id('cart'));

select is(tests.the_reservations('cart'), '2 chair taken', 'what is taken is not released');
select is(tests.the_stock('chair'), 3, 'nothing is released');

select * from finish();
rollback;
