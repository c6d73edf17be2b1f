begin;
select plan(12);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations)
  values ('tests_a', 'product.changed', 'public.products', '{INSERT,UPDATE,DELETE}');
select tests.a_product('chair', 1000, 5);
select tests.remember('chair', (tests.the_product('chair')).id::text);
update public.products set price_minor = 1200, stock = 4 where sku = 'chair';
delete from public.products where sku = 'chair';
create temporary table said as select m, row_number() over () as n
  from tests.the_messages('products/' || tests.id('chair')) m;

select is((select count(*)::integer from said), 3, 'an insert, an update and a delete make three');
select is((select array_agg(m ->> 'type') from said), '{product.changed,product.changed,product.changed}',
  'the type is the route''s');
select is((select array_agg(m -> 'change' ->> 'operation' order by n) from said), '{INSERT,UPDATE,DELETE}',
  'each has its operation');
select is((select m -> 'change' ->> 'table' from said where n = 1), 'products', 'and its table');
select is((select m ->> 'timestamp' from said where n = 1), ops.iso_utc(now()), 'and when');
select is((select m -> 'data' ->> 'price_minor' from said where n = 2), '1200', 'data is the row after the change');
select is((select m -> 'data' ->> 'id' from said where n = 2), tests.id('chair')::text, 'with its id');
select ok((select m -> 'change' -> 'columns' @> '["price_minor", "stock", "stock_version", "version"]'
  and not m -> 'change' -> 'columns' ? 'name' from said where n = 2), 'which columns changed');
select ok((select m -> 'change' -> 'previous' @> '{"price_minor": 1000, "stock": 5, "version": 1}'
  and not m -> 'change' -> 'previous' ? 'name' from said where n = 2), 'and their old values');
select is((select m -> 'change' -> 'columns' from said where n = 1), 'null'::jsonb, 'an insert has no changed columns');
select is((select m -> 'data' ->> 'sku' from said where n = 3), 'chair', 'a delete holds the row before it');
select is(
  (select array_agg((m -> 'change' ->> 'sequence')::bigint order by n) from said),
  (select array_agg(m.sequence order by m.sequence) from outbox.messages m
    where m.record_key = 'products/' || tests.id('chair')),
  'its sequence is that of its row'
);

select * from finish();
rollback;
