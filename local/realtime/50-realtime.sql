-- A stand-in for what Supabase Realtime makes in a project's database. The server that reads it is local/realtime/.
-- Held by tests/local/realtime_broadcast.test.ts. Run by supabase_admin.

create schema realtime;
grant usage on schema realtime to anon, authenticated, service_role, supabase_realtime_admin;
grant usage on schema realtime to postgres with grant option;

-- Messages to private and public topics, kept for three days. RLS on this table says who may join a private topic
-- (select) and who may send to it (insert).
create table realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp not null default now(),
  inserted_at timestamp not null default now(),
  id uuid not null default gen_random_uuid(),
  binary_payload bytea,
  primary key (id, inserted_at),
  constraint messages_payload_exclusive check (payload is null or binary_payload is null)
) partition by range (inserted_at);

create index messages_inserted_at_topic_index on realtime.messages (inserted_at desc, topic)
where extension = 'broadcast' and private;

alter table realtime.messages enable row level security;
alter table realtime.messages owner to supabase_realtime_admin;
grant select, insert, update on realtime.messages to postgres, anon, authenticated, service_role;

-- A message without a partition for its day is lost with a mere warning. The server makes them too, but what runs
-- before it (migrations, seeds, pgTAP) sends messages as well.
do $$
declare
  day date;
begin
  for day in select generate_series(current_date - 1, current_date + 3, '1 day') loop
    execute format(
      'create table realtime.%I partition of realtime.messages for values from (%L) to (%L)',
      to_char(day, '"messages_"YYYY_MM_DD'), day, day + 1
    );
    execute format('alter table realtime.%I owner to supabase_realtime_admin', to_char(day, '"messages_"YYYY_MM_DD'));
  end loop;
end;
$$;

-- The topic that is being joined or sent to: for policies on realtime.messages.
create function realtime.topic() returns text
language sql stable
as $$
  select nullif(current_setting('realtime.topic', true), '')
$$;

-- Sends to everyone who has joined `topic`, once the transaction commits. Best effort: a failure is only a warning.
create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void
language plpgsql
as $$
declare
  message_id uuid := gen_random_uuid();
begin
  begin
    if not payload ? 'id' then
      payload := jsonb_set(payload, '{id}', to_jsonb(message_id));
    end if;
    perform set_config('realtime.topic', topic, true);
    insert into realtime.messages (id, payload, event, topic, private, extension)
    values (message_id, payload, event, topic, private, 'broadcast');
  exception when others then
    raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
  end;
end;
$$;

create function realtime.send_binary(payload bytea, event text, topic text, private boolean default true) returns void
language plpgsql
as $$
begin
  begin
    perform set_config('realtime.topic', topic, true);
    insert into realtime.messages (binary_payload, event, topic, private, extension)
    values (payload, event, topic, private, 'broadcast');
  exception when others then
    raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
  end;
end;
$$;

-- For row triggers: sends the row before and after the change to a private topic.
create function realtime.broadcast_changes(
  topic_name text, event_name text, operation text, table_name text, table_schema text,
  new record, old record, level text default 'ROW'
) returns void
language plpgsql
as $$
begin
  if level = 'STATEMENT' then
    raise exception 'function can only be triggered for each row, not for each statement';
  elsif operation not in ('INSERT', 'UPDATE', 'DELETE') then
    raise exception 'Unexpected operation type: %', operation;
  end if;
  perform realtime.send(
    jsonb_build_object('old_record', old, 'record', new, 'operation', operation, 'table', table_name, 'schema',
      table_schema),
    event_name, topic_name
  );
exception when others then
  raise exception 'Failed to process the row: %', sqlerrm;
end;
$$;

alter function realtime.topic() owner to supabase_realtime_admin;
alter function realtime.send(jsonb, text, text, boolean) owner to supabase_realtime_admin;
alter function realtime.send_binary(bytea, text, text, boolean) owner to supabase_realtime_admin;
alter function realtime.broadcast_changes(text, text, text, text, text, record, record, text) owner
  to supabase_realtime_admin;
grant execute on all functions in schema realtime to postgres, anon, authenticated, service_role;

-- On hosted an extension (supautils) lets `postgres` write policies on realtime.messages without owning it. Here it
-- gets the owner's rights instead, and what the owner may do beyond policies is refused: it would fail on hosted.
grant supabase_realtime_admin to postgres;

create function realtime.only_policies_may_change() returns event_trigger
language plpgsql
as $$
declare
  command record;
begin
  if current_setting('is_superuser') = 'on' then
    return;
  end if;
  for command in select * from pg_event_trigger_ddl_commands() loop
    if command.command_tag not in ('CREATE POLICY', 'ALTER POLICY', 'COMMENT')
      and (command.schema_name = 'realtime' or command.object_identity ~ ' on realtime\.')
    then
      raise exception '% of % is not allowed: on hosted Supabase, only policies can be made in schema realtime',
        command.command_tag, command.object_identity using errcode = 'insufficient_privilege';
    end if;
  end loop;
end;
$$;

revoke execute on function realtime.only_policies_may_change() from public;
create event trigger realtime_only_policies on ddl_command_end execute function realtime.only_policies_may_change();

-- What postgres_changes reads: `postgres` owns it, so that migrations can add the tables that apps stream.
create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;

-- What carries realtime.send() from a commit to the sockets; the partitions go under the name of the table.
create publication supabase_realtime_messages_publication for table realtime.messages
with (publish = 'insert', publish_via_partition_root = true);
