begin;
select plan(4);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select is(commerce.cancel_checkout(tests.id('cart')), 'payment_failed',
  'a cancelled open checkout has failed');
select is(tests.the_stock('chair'), 5, 'its stock is on sale again');
select is(commerce.cancel_checkout(tests.id('cart')), 'payment_failed', 'cancelling it twice is the same');
select is(tests.the_stock('chair'), 5, 'and releases nothing more');

select * from finish();
rollback;
