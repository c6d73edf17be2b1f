begin;
select plan(3);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('one', '{"chair": 2}'), tests.a_checkout('two', '{"chair": 1}'),
  tests.a_checkout('three', '{"chair": 1}');
select tests.is_paid('one');
select commerce.cancel_checkout(tests.id('two'));
update public.products set stock = stock + 10 where sku = 'chair';
select commerce.restock((tests.the_order('one')).id, '[{"sku": "chair", "quantity": 1}]');
select commerce.release_stock(tests.id('three'));

select is(tests.the_stock('chair'), 14, 'reserved, sold, cancelled, delivered, restocked, released');
select is((select sum(m.quantity) from public.stock_movements m where m.product_id = (tests.the_product('chair')).id),
  14::bigint, 'the ledger has each step');
select is(tests.the_ledger('chair'),
  '5 opened, -2 reserved, -1 reserved, -1 reserved, 1 released, 1 released, 1 restocked, 10 corrected', 'and why');

select * from finish();
rollback;
