begin;
select plan(4);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select is(commerce.cancel_checkout(tests.id('cart')), 'payment_failed',
  'an open checkout that is called off has failed');
select is(tests.the_stock('chair'), 5, 'its stock is on sale again');
select is(commerce.cancel_checkout(tests.id('cart')), 'payment_failed', 'calling it off twice is the same');
select is(tests.the_stock('chair'), 5, 'and gives back no more');

select * from finish();
rollback;
