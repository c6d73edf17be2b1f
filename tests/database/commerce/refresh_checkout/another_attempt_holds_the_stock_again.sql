begin;
select plan(6);

-- The first attempt fails, and the buyer tries another way to pay.
select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_failed('pi_1', 'cart', 2000));
select is((tests.the_checkout('cart')).status, 'payment_failed', 'a failed attempt fails the checkout');
select is(tests.the_stock('chair'), 5, 'and its stock is released');

select tests.receive(tests.fact_pending('pi_2', 'cart', 2000));
select is((tests.the_checkout('cart')).status, 'payment_pending', 'another attempt makes it wait');
select is(tests.the_stock('chair'), 3, 'with the stock held again');

select tests.receive(tests.fact_failed('pi_2', 'cart', 2000));
select is((tests.the_checkout('cart')).status, 'payment_failed', 'until it fails too');
select is(tests.the_stock('chair'), 5, 'and the stock is released');

select * from finish();
rollback;
