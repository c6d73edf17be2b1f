begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations)
  values ('tests_a', 'order.created', 'public.orders', '{INSERT}');
select tests.a_product('chair', 1000);
select tests.a_product('lamp', 500);
select tests.a_checkout('cart', '{"lamp": 1, "chair": 2}');
select tests.receive(tests.fact_captured('pi_1', 'cart', 2500));

select is(
  (select m -> 'data' -> 'items' from tests.the_messages('orders/' || (tests.the_order('cart')).id) m),
  '[{"sku": "chair", "name": "Chair", "quantity": 2, "unit_price_minor": 1000, "discount_minor": 0}, {"sku": '
  '"lamp", "name": "Lamp", '
  '"quantity": 1, "unit_price_minor": 500, "discount_minor": 0}]'::jsonb,
  'the message holds the items'
);
select is(
  (select count(*)::integer from tests.the_messages('orders/' || (tests.the_order('cart')).id)), 1,
  'one message about a new order'
);

select * from finish();
rollback;
