begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations, enabled) values
  ('tests_a', 'product.created', 'public.products', '{INSERT}', false),
  ('tests_a', 'order.created', 'public.orders', '{INSERT}', true);
select tests.a_product('chair');

select is_empty($$ select 1 from outbox.messages m where m.record_key = 'products/' || (tests.the_product('chair')).id
  $$, 'neither a disabled route nor another table''s');

select * from finish();
rollback;
