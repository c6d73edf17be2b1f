begin;
select plan(6);

select tests.a_product('chair', 1000, 10);
select tests.a_product('lamp', 500, 5);
select tests.is_sold('cart', '{"chair": 3, "lamp": 1}');
select is(commerce.restock((tests.the_order('cart')).id, '[{"sku": "chair", "quantity": 1}]', 'came back whole'),
  1, 'one');
select is(tests.the_stock('chair'), 8, 'can be sold again');
select results_eq(
  $$ select m.quantity, m.note, m.order_id from public.stock_movements m where m.reason = 'restocked' $$,
  $$ values (1, 'came back whole', (tests.the_order('cart')).id) $$, 'the ledger has the order and the reason'
);
select is(commerce.restock((tests.the_order('cart')).id), 3, 'all that are left');
select is(tests.the_stock('chair') || ' ' || tests.the_stock('lamp'), '10 5', 'are on sale');
select is(commerce.restock((tests.the_order('cart')).id), 0, 'then there are none');

select * from finish();
rollback;
