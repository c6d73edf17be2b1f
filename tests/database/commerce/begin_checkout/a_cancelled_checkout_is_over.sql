begin;
select plan(4);

select tests.a_product('chair', stock => 5);
select tests.begins('key-of-one-purchase');
select commerce.start_payment(tests.id('cart'), 'tests', 'order', 'order_1',
  '{"redirect_url": "https://provider.example/1"}');
select is(tests.begins('key-of-one-purchase'), 'answered', 'while it can be paid');
select commerce.cancel_checkout(tests.id('cart'));
select is(tests.begins('key-of-one-purchase'), 'over',
  'not once it was cancelled: nothing is held for its buyer any more');
select is(tests.the_stock('chair'), 5, 'which reserves nothing');
select tests.receive(tests.fact_captured('pi_1', 'cart', 2000));
select is(tests.begins('key-of-one-purchase'), 'answered', 'unless a payment was captured all the same');

select * from finish();
rollback;
