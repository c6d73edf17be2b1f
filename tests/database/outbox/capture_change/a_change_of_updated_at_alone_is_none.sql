begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations)
  values ('tests_a', 'product.changed', 'public.products', '{UPDATE}');
select tests.a_product('chair');
update public.products set name = name, updated_at = '2000-01-01' where sku = 'chair';

select is_empty($$ select 1 from outbox.deliveries $$, 'writing a row as it is makes no message');

select * from finish();
rollback;
