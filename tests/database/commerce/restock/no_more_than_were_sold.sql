begin;
select plan(10);

select tests.a_product('chair', 1000, 10);
select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.is_sold('cart', '{"chair": 2, "seat": 1}');
create function tests.restocks(items text) returns text language sql as $$
  select tests.refusal(format('select commerce.restock(%L, %L)', (tests.the_order('cart')).id, restocks.items))
$$;
select is(tests.restocks('[{"sku": "chair", "quantity": 3}]'), '22023', 'more than were sold');
select is(tests.restocks('[{"sku": "chair", "quantity": 1}, {"sku": "chair", "quantity": 2}]'), '22023',
  'nor in two parts');
select is(tests.restocks('[{"sku": "chair", "quantity": -1}]'), '22023', 'less than none');
select is(tests.restocks('[{"sku": "chair"}]'), '22023', 'without a quantity');
select is(tests.restocks('[{"sku": "unicorn", "quantity": 1}]'), '22023', 'an item that is not in it');
select is(tests.restocks('[{"sku": "seat", "quantity": 1}]'), '22023', 'an item that is not goods');
select is(tests.restocks('{}'), '22023', 'no list');
select is(tests.refusal($$ select commerce.restock(gen_random_uuid()) $$), 'P0002', 'there is no such order');
select is(tests.the_stock('chair'), 8, 'nothing moved');
select is(tests.restocks('[{"sku": "chair", "quantity": 2}]'), 'taken', 'as many as were sold');

select * from finish();
rollback;
