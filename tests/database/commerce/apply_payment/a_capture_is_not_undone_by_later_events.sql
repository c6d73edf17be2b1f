begin;
select plan(9);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_captured('pi_1', 'cart', 2000));

select is(tests.receive(tests.fact_failed('pi_1', 'cart', 2000, at => 60)), 'applied',
  'a later failure is applied');
select is((tests.the_payment('pi_1')).status, 'captured', 'and does not undo the capture');
select tests.receive(tests.fact_cancelled('pi_1', 'cart', 2000, at => 60));
select is((tests.the_payment('pi_1')).status, 'captured', 'nor does a cancellation');
select tests.receive(tests.fact_expired('pi_1', 'cart', 2000, at => 60));
select is((tests.the_payment('pi_1')).status, 'captured', 'nor does an expiry');
select tests.receive(tests.fact_pending('pi_1', 'cart', 2000, at => 60));
select is((tests.the_payment('pi_1')).status, 'captured', 'nor does a pending one');
select is((tests.the_checkout('cart')).status, 'payment_completed', 'the checkout stays completed');
select is((tests.the_order('cart')).status, 'confirmed', 'the order stays confirmed');
select is(tests.the_reservations('cart'), '2 chair taken', 'the stock stays sold');
select is(tests.the_stock('chair'), 3, 'none of it goes back on sale');

select * from finish();
rollback;
