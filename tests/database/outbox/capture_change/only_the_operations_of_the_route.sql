begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations)
  values ('tests_a', 'product.gone', 'public.products', '{DELETE}');
select tests.a_product('chair');
update public.products set name = 'Armchair' where sku = 'chair';
select is_empty($$ select 1 from outbox.deliveries $$, 'an insert and an update write no message');
delete from public.products where sku = 'chair';

select is((select count(*)::integer from outbox.deliveries), 1, 'the delete does');

select * from finish();
rollback;
