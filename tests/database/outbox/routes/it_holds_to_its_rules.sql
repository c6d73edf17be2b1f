begin;
select plan(19);

select tests.a_destination('tests_a');
create function tests.a_route_with(columns text, vals text) returns text language sql as $$
  select format('insert into outbox.routes (destination, %s) values (''tests_a'', %s)', columns, vals)
$$;
select lives_ok(tests.a_route_with('message_type, table_name, operations', $$'order.created', 'public.orders',
  '{INSERT}'$$), 'a table route is accepted');
select lives_ok(tests.a_route_with('provider, event_types', $$'tests', '{charge.refunded}'$$),
  'a provider route is accepted');
select tests.is_refused(tests.a_route_with('message_type, table_name, operations', $$'order.created', 'public.orders',
  '{UPDATE}'$$), 'a_route_is_written_once', 'a route exists once');
select tests.is_refused(tests.a_route_with('provider, event_types', $$'tests', '{charge.refunded}'$$),
  'a_route_is_written_once', 'so does a provider''s');
select tests.is_refused(tests.a_route_with('message_type', $$'order.created'$$),
  'a_route_starts_at_a_table_or_a_provider', 'it has a source');
select throws_ok(tests.a_route_with('message_type, table_name, operations, provider, event_types', $$'a',
  'public.orders', '{INSERT}', 'tests', '{x}'$$), '23514', null, 'but not two');
select tests.is_refused(tests.a_route_with('message_type, table_name', $$'a', 'public.orders'$$),
  'a_table_route_names_its_message', 'a table route names its operations');
select tests.is_refused(tests.a_route_with('table_name, operations', $$'public.orders', '{INSERT}'$$),
  'a_table_route_names_its_message', 'and its message type');
select tests.is_refused(tests.a_route_with('message_type, table_name, operations', $$'order created!', 'public.orders',
  '{INSERT}'$$), 'a_table_route_names_its_message', 'in the form of Standard Webhooks');
select tests.is_refused(tests.a_route_with('message_type, table_name, operations', $$'', 'public.orders', '{INSERT}'$$),
  'a_table_route_names_its_message', 'which is not empty');
select tests.is_refused(tests.a_route_with('provider', $$'tests'$$), 'a_provider_route_names_its_events',
  'a provider route names its events');
select tests.is_refused(tests.a_route_with('provider, event_types, message_type', $$'tests', '{x}', 'a'$$),
  'a_provider_route_names_its_events', 'and no message type: it forwards events as they are');
select tests.is_refused(tests.a_route_with('message_type, table_name, operations', $$'b', 'public.orders',
  '{insert}'$$), 'operations_are_insert_update_delete', 'operations are in capitals');
select tests.is_refused(tests.a_route_with('message_type, table_name, operations', $$'b', 'public.orders', '{}'$$),
  'operations_are_insert_update_delete', 'at least one');
select tests.is_refused(tests.a_route_with('message_type, table_name, operations, becomes', $$'b', 'public.orders',
  '{INSERT}', 'x'$$), 'becomes_needs_a_column', 'a value needs a column');
select tests.is_refused(tests.a_route_with('message_type, table_name, operations, not_from', $$'b', 'public.orders',
  '{INSERT}', '{x}'$$), 'not_from_needs_a_column', 'so does an excluded value');
select lives_ok(tests.a_route_with('message_type, table_name, operations, latest_only', $$'c', 'public.orders',
  '{UPDATE}', true$$), 'a table route may want the latest only');
select tests.is_refused(tests.a_route_with('provider, event_types, latest_only', $$'other', '{x}', true$$),
  'latest_only_is_of_a_table', 'events of a provider are never merged');
select tests.is_refused($$ insert into outbox.routes (destination, provider, event_types)
  values ('nobody', 'tests', '{x}') $$, 'a_route_leads_to_a_destination', 'it has a destination');

select * from finish();
rollback;
