create table outbox.routes (
  id bigint generated always as identity primary key,
  destination text not null,
  message_type text,
  table_name text,
  operations text[],
  when_column text,
  becomes text,
  not_from text[],
  provider text,
  event_types text[],
  latest_only boolean not null default false,
  priority smallint not null default 1,
  enabled boolean not null default true,
  description text,

  constraint a_route_leads_to_a_destination foreign key (destination) references outbox.destinations (name)
  on update cascade on delete cascade,
  constraint a_route_starts_at_a_table_or_a_provider check ((table_name is null) <> (provider is null)),
  constraint a_table_route_names_its_message
    check (table_name is null or (message_type is not null and message_type ~ '^[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)*$'
      and operations is not null)),
  constraint a_provider_route_names_its_events
    check (provider is null or (event_types is not null and message_type is null and operations is null
      and when_column is null)),
  constraint operations_are_insert_update_delete check (operations <@ array['INSERT', 'UPDATE', 'DELETE']
    and operations <> '{}'),
  constraint becomes_needs_a_column check (becomes is null or when_column is not null),
  constraint not_from_needs_a_column check (not_from is null or when_column is not null),
  constraint a_priority_is_0_1_or_2 check (priority between 0 and 2),
  constraint latest_only_is_of_a_table check (not latest_only or table_name is not null)
);
create index routes_by_destination on outbox.routes (destination);
create unique index a_route_is_written_once on outbox.routes
  (destination, coalesce(message_type, ''), coalesce(table_name, ''), coalesce(when_column, ''), coalesce(becomes, ''),
    coalesce(provider, ''));

alter table outbox.routes enable row level security;

comment on table outbox.routes is
  'Which changes of which table, or which inbound events, go to which destination. Edit it here; it takes effect with '
  'the next change.';
comment on column outbox.routes.message_type is
  'The type of the message that a table route writes, such as order.created.';
comment on column outbox.routes.table_name is 'A table with the trigger outbox.capture_change, such as public.orders.';
comment on column outbox.routes.operations is 'Which of INSERT, UPDATE, DELETE.';
comment on column outbox.routes.when_column is
  'Only when this column changed (or, with becomes, was set to that value).';
comment on column outbox.routes.becomes is 'Only when when_column was set to this value, by an insert or an update.';
comment on column outbox.routes.not_from is 'Not when when_column had one of these values before.';
comment on column outbox.routes.latest_only is
  'Only the newest state matters: a waiting message is cancelled when a newer one of its type about the same record is '
  'written.';
comment on column outbox.routes.priority is
  '0: money and what follows from it, sent first. 1: everything else. 2: texts that people write, sent last.';
comment on column outbox.routes.provider is 'Forwards this provider''s events, byte for byte.';
comment on column outbox.routes.event_types is 'Which of its events, by the provider''s names.';
comment on column outbox.routes.enabled is 'Whether it makes messages: outbox.enable_route, outbox.disable_route.';
