-- preview and run are this one function: what a preview shows is what a run does.
create function console.perform(
  statement text, keep boolean, expected_hash text default null,
  out result jsonb, out hash text, out error jsonb, out changes jsonb, out deliveries jsonb
)
language plpgsql
set search_path = ''
as $$
declare
  v_most constant integer := 500;
  v_since timestamptz := clock_timestamp();
  v_state text;
  v_message text;
  v_detail text;
  v_hint text;
begin
  begin
    perform set_config('console.previewing', 'on', true);
    execute format('select coalesce(jsonb_agg(to_jsonb(r)), ''[]'') from (%s) r', perform.statement) into result;
    set constraints all immediate;
    perform set_config('console.previewing', '', true);

    select encode(sha256(convert_to(perform.statement || coalesce(string_agg(x.line, E'\n' order by x.line), ''),
      'UTF8')), 'hex') into hash
    from (
      select console.steady(p.table_name, p.operation, p.before, p.after, v_since) as line
      from console.previewed p where p.backend = pg_backend_pid()
    ) x;
    if not perform.keep then
      select coalesce(jsonb_agg(jsonb_build_object(
        'table', x.table_name, 'type', lower(x.operation), 'row_id', x.row_id,
        'before', console.exact(x.before), 'after', console.exact(x.after)) order by x.id), '[]') into changes
      from (
        select p.id, p.table_name, p.operation, p.before, p.after,
          coalesce(w.it ->> 'id', w.it ->> 'name', w.it ->> 'only_row', w.it ->> 'user_id') as row_id
        from console.previewed p
        cross join lateral (select coalesce(p.after, p.before) as it) w
        where p.backend = pg_backend_pid()
          and p.table_name not in ('outbox.messages', 'ops.decisions', 'outbox.bells', 'outbox.couriers',
            'public.topic_changes')
          and not (p.table_name = 'outbox.deliveries' and p.operation = 'INSERT')
          and p.before is distinct from p.after
        order by p.id
        limit v_most
      ) x;
      select coalesce(jsonb_agg(to_jsonb(d) order by d.destination, d.type), '[]') into deliveries
      from (
        select p.after ->> 'destination' as destination, m.type, count(*) as count
        from console.previewed p
        left join outbox.messages m on m.id = (p.after ->> 'message_id')::uuid
        where p.backend = pg_backend_pid() and p.table_name = 'outbox.deliveries' and p.after ->> 'status' = 'pending'
          and (p.operation = 'INSERT' or p.before ->> 'status' <> 'pending'
            or (p.before ->> 'next_attempt_at')::timestamptz > (p.after ->> 'next_attempt_at')::timestamptz)
        group by 1, 2
      ) d;
    end if;
    delete from console.previewed p where p.backend = pg_backend_pid();
    if not perform.keep or hash <> perform.expected_hash then
      raise exception using errcode = 'SB010';
    end if;
  exception
    when sqlstate 'SB010' then
      if perform.keep then
        error := jsonb_build_object('code', 'PT409', 'message', 'it has changed since the preview: look at it again',
          'details', 'changed', 'hint', 'Ask for the preview again: doing it now would do something else.');
        result := null;
      end if;
    when deadlock_detected then
      raise;
    when others then
      get stacked diagnostics v_state = returned_sqlstate, v_message = message_text, v_detail = pg_exception_detail,
        v_hint = pg_exception_hint;
      result := null;
      error := jsonb_build_object('code', v_state, 'message', v_message, 'details', nullif(v_detail, ''),
        'hint', nullif(v_hint, ''));
  end;
  perform set_config('console.previewing', '', true);
  if error is not null then
    hash := encode(sha256(convert_to(perform.statement || (error ->> 'code') || (error ->> 'message'), 'UTF8')),
      'hex');
  end if;
  -- One row with one column is what most commands return.
  if jsonb_array_length(result) = 1 and (select count(*) from jsonb_object_keys(result -> 0)) = 1 then
    result := (select e.value from jsonb_each(result -> 0) e);
  end if;
  result := console.exact(nullif(result, '""'));
  changes := coalesce(changes, '[]');
  deliveries := coalesce(deliveries, '[]');
end
$$;
comment on function console.perform(text, boolean, text) is
  'Runs a statement in a subtransaction, notes which rows it changes and which deliveries it causes, and undoes it all '
  'unless keep. hash: of the statement and of all changes, without what differs each time (console.steady). Where '
  'expected_hash is another, nothing is done, and error says so. error: as PostgREST words it; nothing was changed.';
