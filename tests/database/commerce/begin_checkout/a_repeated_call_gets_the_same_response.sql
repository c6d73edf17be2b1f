begin;
select plan(2);

select tests.a_product('chair', stock => 5);

select tests.begins('key-of-one-purchase');
select commerce.start_payment(tests.id('cart'), 'tests', 'order', 'order_1',
  '{"redirect_url": "https://provider.example/1"}');
select is(tests.begins('key-of-one-purchase'), 'answered', 'a later call starts no payment');
select is(
  (select b.answer from commerce.begin_checkout('guest', 'key-of-one-purchase', 'f1', 'buyer@tests.example', '[]', null,
    null) b),
  '{"redirect_url": "https://provider.example/1"}',
  'it gets the first response'
);

select * from finish();
rollback;
