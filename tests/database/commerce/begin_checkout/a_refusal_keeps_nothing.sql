begin;
select plan(3);

select tests.a_product('chair', stock => 1);

select throws_ok($$ select tests.begins('key-of-one-purchase') $$, 'P0001',
  'product chair is sold out: 2 asked for, 1 left',
  'what is sold out is refused');
select is_empty($$ select 1 from public.checkout_requests r where r.key = 'key-of-one-purchase' $$,
  'the key is not used up');
select tests.a_product('chair', stock => 2);
select is(tests.begins('key-of-one-purchase'), 'begun', 'and works once there is enough');

select * from finish();
rollback;
