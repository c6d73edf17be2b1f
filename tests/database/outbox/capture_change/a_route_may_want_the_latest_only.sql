begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
insert into outbox.routes (destination, message_type, table_name, operations, when_column, latest_only) values
  ('tests_a', 'product.stock', 'public.products', '{UPDATE}', 'stock', true),
  ('tests_b', 'product.stock', 'public.products', '{UPDATE}', 'stock', false);
select tests.a_product('chair', stock => 100);
select tests.a_product('lamp', stock => 100);
do $$
begin
  for n in 1 .. 50 loop
    update public.products set stock = 100 - n where sku = 'chair';
  end loop;
end
$$;
update public.products set stock = 7 where sku = 'lamp';
create function tests.stocks(destination text) returns integer[] language sql as $$
  select array_agg((m.payload::jsonb #>> '{data,stock}')::integer order by d.id) from outbox.deliveries d
    join outbox.messages m on m.id = d.message_id
  where d.destination = stocks.destination and d.status = 'pending'
$$;

select is(tests.stocks('tests_a'), '{50,7}', 'fifty changes of a row are one message, with its newest state');
select is(array_length(tests.stocks('tests_b'), 1), 51, 'a destination that wants each gets each');
select is((select count(*)::integer from outbox.messages), 51, 'there is one message for both');
select is((select count(*)::integer from outbox.deliveries d where d.destination = 'tests_a'
  and d.status = 'cancelled'), 49, 'the others were cancelled');

select * from finish();
rollback;
