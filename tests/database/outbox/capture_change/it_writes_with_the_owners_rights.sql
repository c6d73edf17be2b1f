begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations)
  values ('tests_a', 'product.changed', 'public.products', '{UPDATE}');
select tests.a_product('chair');
grant update on public.products to service_role;
set local role service_role;
update public.products set name = 'Armchair' where sku = 'chair';
select throws_ok($$ select 1 from outbox.messages $$, '42501', null,
  'the writer of a row has no right to read the outbox');
reset role;

select is((select count(*)::integer from outbox.deliveries), 1, 'its change writes a message all the same');

select * from finish();
rollback;
