begin;
select plan(4);

select tests.a_product('chair', 1000, 10);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations)
  values ('tests_a', 'parcel', 'public.fulfillments', '{INSERT,UPDATE}');
select tests.is_sold('cart', '{"chair": 2}', 'amina@tests.example');
update public.fulfillments set status = 'shipped', tracking_code = 'T1' where id = (tests.the_parcel('cart')).id;
create temporary table said as select m -> 'data' as data, row_number() over () as n
  from tests.the_messages('fulfillments/' || (tests.the_parcel('cart')).id) m;

select is((select s.data ->> 'email' from said s where s.n = 1), 'amina@tests.example', 'the buyer');
select is((select s.data -> 'order_number' from said s where s.n = 1), to_jsonb((tests.the_order('cart')).number),
  'the order');
select is((select s.data -> 'items' from said s where s.n = 1),
  '[{"sku": "chair", "name": "Chair", "quantity": 2, "unit_price_minor": 1000, "discount_minor": 0}]'::jsonb,
  'and its items');
select is((select s.data ->> 'status' || ' ' || (s.data ->> 'tracking_code') from said s where s.n = 2), 'shipped T1',
  'each step is a message');

select * from finish();
rollback;
