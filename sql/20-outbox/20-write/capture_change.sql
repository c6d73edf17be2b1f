-- The trigger of every business table with changes that may be sent. outbox.routes decides which messages it writes. An
-- optional trigger argument names a function (row id) → jsonb: the members of its result are added to the message's
-- data.
create function outbox.capture_change() returns trigger
language plpgsql
security definer -- the writer of a row has no right to read or write the outbox
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_table text := tg_table_schema || '.' || tg_table_name;
  v_new jsonb;
  v_old jsonb;
  v_record jsonb;
  v_changed text[];
  v_details jsonb;
  v_key text;
  v_sequence bigint;
  v_route record;
begin
  if not exists (
    select 1 from outbox.routes r where r.table_name = v_table and r.enabled and tg_op = any (r.operations)
  ) then
    return null;
  end if;
  if tg_op <> 'DELETE' then v_new := to_jsonb(new); end if;
  if tg_op <> 'INSERT' then v_old := to_jsonb(old); end if;
  if tg_op = 'UPDATE' then
    select array_agg(n.key order by n.key) into v_changed
    from jsonb_each(v_new) n
    where n.key not in ('updated_at', 'as_of', 'as_of_event', 'email_as_of')
      and n.value is distinct from v_old -> n.key;
    if v_changed is null then
      return null;
    end if;
  end if;
  v_record := coalesce(v_new, v_old);

  for v_route in
    select r.message_type, array_agg(distinct r.destination order by r.destination) as destinations,
      coalesce(array_agg(distinct r.destination) filter (where r.latest_only), '{}') as latest_only,
      min(r.priority)::integer as priority
    from outbox.routes r
    where r.table_name = v_table
      and r.enabled
      and tg_op = any (r.operations)
      and (r.when_column is null or tg_op <> 'UPDATE' or r.when_column = any (v_changed))
      and (r.becomes is null or v_record ->> r.when_column = r.becomes)
      and (r.not_from is null or tg_op <> 'UPDATE' or (v_old ->> r.when_column) is null
        or v_old ->> r.when_column <> all (r.not_from))
    group by r.message_type
    order by min(r.id)
  loop
    if tg_nargs > 0 and v_details is null then
      execute format('select %s($1)', tg_argv[0]) into v_details using (v_record ->> 'id')::uuid;
    end if;
    v_sequence := nextval('outbox.message_sequence');
    -- A table without id: the values of its primary key, else the whole row. A business row is never refused because of
    -- its message.
    v_key := v_record ->> 'id';
    if v_key is null then
      select coalesce(string_agg(v_record ->> a.attname, '/' order by k.place), md5(v_record::text)) into v_key
      from pg_catalog.pg_index i
      cross join unnest(i.indkey::smallint[]) with ordinality as k (number, place)
      join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
      where i.indrelid = tg_relid and i.indisprimary;
    end if;
    perform outbox.write_message(
      v_route.message_type,
      tg_table_name || '/' || v_key,
      json_build_object(
        'type', v_route.message_type,
        'timestamp', ops.iso_utc(now()),
        'data', v_record || coalesce(v_details, '{}'),
        'change', json_build_object(
          'table', tg_table_name,
          'operation', tg_op,
          'sequence', v_sequence,
          'columns', v_changed,
          'previous', (select jsonb_object_agg(c.name, v_old -> c.name) from unnest(v_changed) as c (name))
        )
      )::text,
      nullif(current_setting('signalbox.event_id', true), '')::uuid,
      v_route.destinations,
      v_sequence,
      v_route.latest_only,
      v_route.priority
    );
  end loop;
  return null;
end
$$;
comment on function outbox.capture_change() is
  'Row trigger: writes a message, and its deliveries, for each route the change matches, in the same transaction.';
