begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations, when_column)
  values ('tests_a', 'product.priced', 'public.products', '{UPDATE}', 'price_minor');
select tests.a_product('chair', 1000);
update public.products set name = 'Armchair' where sku = 'chair';
select is_empty($$ select 1 from outbox.deliveries $$, 'a change of another column writes no message');
update public.products set price_minor = 1000 where sku = 'chair';
select is_empty($$ select 1 from outbox.deliveries $$, 'nor does the same value again');
update public.products set price_minor = 1100 where sku = 'chair';

select is((select count(*)::integer from outbox.deliveries), 1, 'a new value does');

select * from finish();
rollback;
