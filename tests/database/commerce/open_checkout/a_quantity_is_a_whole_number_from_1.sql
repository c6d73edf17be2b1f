begin;
select plan(10);

select tests.a_product('chair', stock => 1000000);

create function tests.opens(quantity text) returns text language sql as $$
  select format('select commerce.open_checkout(''amina@tests.example'', ''[{"sku": "chair", "quantity": %s}]'')',
    quantity)
$$;
select throws_ok(tests.opens('0'), '22023', null, '0 is refused');
select throws_ok(tests.opens('-1'), '22023', null, '-1 is refused: nobody is paid for buying');
select throws_ok(tests.opens('1.5'), '22023', null, '1.5 is refused');
select throws_ok(tests.opens('100001'), '22023', null, 'more than 100000 is refused');
select throws_ok(tests.opens('1e30'), '22023', null, 'a huge one is refused, not an overflow');
select throws_ok(tests.opens('"2"'), '22023', null, 'text is refused');
select throws_ok(tests.opens('null'), '22023', null, 'null is refused');
select throws_ok(tests.opens('true'), '22023', null, 'true is refused');
select throws_ok(tests.opens('[1]'), '22023', null, 'a list is refused');
select lives_ok(tests.opens('100000'), '100000 is taken');

select * from finish();
rollback;
