begin;
select plan(3);

select tests.a_product('chair', stock => 5);

select tests.begins('key-of-one-purchase');
select is(tests.begins('key-of-one-purchase', 'f2'), 'other_request', 'the same key with another request is refused');
select is(tests.the_stock('chair'), 3, 'and reserves nothing');
select is(tests.begins('key-of-one-purchase', 'f2', 'somebody'), 'begun',
  'the same key of another caller is another key');

select * from finish();
rollback;
