begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations)
  values ('tests_a', 'product.created', 'public.products', '{INSERT}');
savepoint before;
select tests.a_product('chair');
rollback to before;

select is_empty($$ select 1 from outbox.deliveries $$, 'the message is rolled back with the change');

select * from finish();
rollback;
