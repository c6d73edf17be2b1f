-- The trigger of every business table with changes that may be sent. outbox.routes decides which messages it writes. It
-- runs for each row, or for each statement with the transition tables new_rows and old_rows: once for all its rows. An
-- optional trigger argument names a function (row id) → jsonb: the members of its result are added to the message's
-- data. One query finds the routes; what is done for a row and a route needs none, for an insert.
create function outbox.capture_change() returns trigger
language plpgsql
security definer -- the writer of a row has no right to read or write the outbox
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_routes outbox.routes[];
  v_route outbox.routes;
  v_new jsonb[];
  v_old jsonb[];
  v_record jsonb;
  v_details jsonb[];
  v_columns text[];
  v_previous jsonb;
  v_causes jsonb;
  v_cause text;
  v_first integer;
  v_place integer;
  v_drafts outbox.draft[] := '{}';
begin
  select array_agg(r order by r.id) into v_routes
  from outbox.routes r
  where r.table_name = tg_table_schema || '.' || tg_table_name and r.enabled and tg_op = any (r.operations);
  if v_routes is null then
    return null;
  end if;
  if tg_level = 'ROW' then
    if tg_op <> 'DELETE' then v_new := array[to_jsonb(new)]; end if;
    if tg_op <> 'INSERT' then v_old := array[to_jsonb(old)]; end if;
  else
    -- Postgres fills both tables row by row: the same place is the same row.
    if tg_op <> 'DELETE' then v_new := array(select to_jsonb(n) from new_rows n); end if;
    if tg_op <> 'INSERT' then v_old := array(select to_jsonb(o) from old_rows o); end if;
  end if;
  v_cause := nullif(current_setting('signalbox.event_id', true), '');
  v_causes := nullif(current_setting('signalbox.event_ids', true), '');

  for i in 1 .. cardinality(coalesce(v_new, v_old)) loop
    v_record := coalesce(v_new[i], v_old[i]);
    if tg_op = 'UPDATE' then
      continue when v_new[i] = v_old[i];
      select array_agg(n.key order by n.key), jsonb_object_agg(n.key, v_old[i] -> n.key) into v_columns, v_previous
      from jsonb_each(v_record) n
      where n.key not in ('updated_at', 'as_of', 'as_of_event', 'email_as_of')
        and n.value is distinct from v_old[i] -> n.key;
      continue when v_columns is null;
    end if;

    -- A draft for each type of message, in the order of the first route that matches.
    v_first := cardinality(v_drafts) + 1;
    foreach v_route in array v_routes loop
      continue when tg_op = 'UPDATE' and v_route.when_column <> all (v_columns);
      continue when v_route.becomes is not null
        and v_record ->> v_route.when_column is distinct from v_route.becomes;
      continue when tg_op = 'UPDATE' and v_old[i] ->> v_route.when_column = any (v_route.not_from);
      v_place := v_first;
      while v_place <= cardinality(v_drafts) and v_drafts[v_place].type <> v_route.message_type loop
        v_place := v_place + 1;
      end loop;
      v_drafts[v_place] := outbox.add_route(v_drafts[v_place], v_route);
    end loop;
    continue when cardinality(v_drafts) < v_first;

    if tg_nargs > 0 and v_details is null then
      execute format('select array_agg(%s((c.record ->> ''id'')::uuid) order by c.place) from unnest($1) '
        'with ordinality as c (record, place)', tg_argv[0]) into v_details using coalesce(v_new, v_old);
    end if;
    for n in v_first .. cardinality(v_drafts) loop
      v_drafts[n].sequence := nextval('outbox.message_sequence');
      v_drafts[n].record_key := tg_table_name || '/' || coalesce(v_record ->> 'id',
        outbox.key_of(v_record, tg_relid));
      v_drafts[n].event_id := case when v_causes is null then v_cause else coalesce(
        v_causes ->> (v_record ->> 'id'), v_causes ->> (v_record ->> 'order_id'),
        v_causes ->> (v_record ->> 'payment_id'), v_causes ->> (v_record ->> 'checkout_session_id'), v_cause) end;
      v_drafts[n].payload := json_build_object(
        'type', v_drafts[n].type,
        'timestamp', ops.iso_utc(now()),
        'data', case when v_details is null then v_record else v_record || coalesce(v_details[i], '{}') end,
        'change', json_build_object(
          'table', tg_table_name,
          'operation', tg_op,
          'sequence', v_drafts[n].sequence,
          'columns', v_columns,
          'previous', v_previous
        )
      );
    end loop;
  end loop;
  if v_drafts <> '{}' then
    perform outbox.write_messages(v_drafts);
  end if;
  return null;
end
$$;
comment on function outbox.capture_change() is
  'Trigger: writes a message, and its deliveries, for each route the change matches, in the same transaction. Runs for '
  'each row, or for each statement with the transition tables new_rows and old_rows.';
