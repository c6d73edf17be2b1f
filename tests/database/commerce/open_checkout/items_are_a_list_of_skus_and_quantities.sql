begin;
select plan(11);

select tests.a_product('chair');

create function tests.opens(items text) returns text language sql as $$
  select format('select commerce.open_checkout(''amina@tests.example'', %L)', items)
$$;
select throws_ok(tests.opens('[]'), '22023', 'a checkout needs at least one item', 'an empty list is refused');
select throws_ok(tests.opens('{}'), '22023', 'a checkout needs at least one item', 'an object is refused');
select throws_ok(tests.opens('null'), '22023', 'a checkout needs at least one item', 'JSON null is refused');
select throws_ok($$ select commerce.open_checkout('amina@tests.example', null) $$, '22023',
  'a checkout needs at least one item', 'null is refused');
select throws_ok(tests.opens('["chair"]'), '22023', null, 'a text is not an item');
select throws_ok(tests.opens('[null]'), '22023', null, 'null is not an item');
select throws_ok(tests.opens('[[]]'), '22023', null, 'a list is not an item');
select throws_ok(tests.opens('[{"quantity": 1}]'), '22023', null, 'an item needs a sku');
select throws_ok(tests.opens('[{"sku": 7, "quantity": 1}]'), '22023', null, 'a sku is a text');
select throws_ok(tests.opens('[{"sku": "chair"}]'), '22023', null, 'an item needs a quantity');
select throws_ok(tests.opens('[{"sku": "chair", "quantity": 1}, {"sku": "chair"}]'), '22023', null,
  'one invalid item refuses all');

select * from finish();
rollback;
