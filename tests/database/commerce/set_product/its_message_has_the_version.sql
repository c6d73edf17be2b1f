begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations, when_column)
values ('tests_a', 'product.changed', 'public.products', '{INSERT}', null),
  ('tests_a', 'product.changed', 'public.products', '{UPDATE}', 'version');
select tests.receive(tests.fact_set('lamp', 7, tests.a_whole_product('Lamp')));
select tests.receive(tests.fact_set('lamp', 9, '{"name": "Light"}'));
select results_eq(
  $$ select (m ->> 'type') || ' ' || (m -> 'data' ->> 'version') || ' ' || (m -> 'data' ->> 'name')
  from tests.the_messages('products/' || (tests.the_product('lamp')).id) m $$,
  array['product.changed 7 Lamp', 'product.changed 9 Light'], 'one message for each write that changed something'
);

select * from finish();
rollback;
