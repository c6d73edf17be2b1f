begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
insert into outbox.routes (destination, message_type, table_name, operations, when_column) values
  ('tests_a', 'product.changed', 'public.products', '{UPDATE}', null),
  ('tests_a', 'product.changed', 'public.products', '{UPDATE}', 'stock'),
  ('tests_b', 'product.changed', 'public.products', '{UPDATE}', null),
    ('tests_b', 'product.stock', 'public.products', '{UPDATE}', 'stock');
select tests.a_product('chair', stock => 5);
update public.products set stock = 4 where sku = 'chair';

select results_eq(
  $$ select m.type, d.destination from outbox.deliveries d join outbox.messages m on m.id = d.message_id
  order by 1, 2 $$,
  $$ values ('product.changed', 'tests_a'), ('product.changed', 'tests_b'), ('product.stock', 'tests_b') $$,
    'two routes of one type to one destination are one delivery'
);
select is((select count(distinct d.message_id)::integer from outbox.deliveries d), 2,
  'one message of a type, however many destinations it has');

select * from finish();
rollback;
