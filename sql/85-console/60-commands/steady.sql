-- What a preview and the run after it may differ in by themselves: ids that are made anew, the clock, and who does it.
create function console.steady(table_name text, operation text, before jsonb, after jsonb, since timestamptz)
returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_relation regclass := to_regclass(steady.table_name);
  v_before jsonb := coalesce(steady.before, '{}');
  v_after jsonb := coalesce(steady.after, '{}');
  v_text text;
  v_found text;
begin
  if steady.operation = 'UPDATE' then
    select coalesce(jsonb_object_agg(a.key, a.value), '{}') into v_after
    from jsonb_each(v_after) a where a.value is distinct from v_before -> a.key;
  end if;
  -- Times that are set now.
  select coalesce(jsonb_object_agg(a.key, case
    when a.value <> 'null' and t.atttypid in ('timestamptz'::regtype, 'xid8'::regtype) then '"now"' else a.value end),
    '{}') into v_after
  from jsonb_each(v_after) a
  join pg_catalog.pg_attribute t on t.attrelid = v_relation and t.attname = a.key
  where steady.operation <> 'INSERT' or not (
    -- Numbers that the database counts, and what refers to them.
    t.attidentity <> '' or t.atttypid = 'uuid'::regtype and t.attname = 'id'
    or exists (select 1 from pg_catalog.pg_attrdef d where d.adrelid = t.attrelid and d.adnum = t.attnum
      and pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~ '(nextval|gen_random)')
    or t.atttypid = 'bigint'::regtype and exists (select 1 from pg_catalog.pg_constraint k
      where k.conrelid = t.attrelid and k.contype = 'f' and k.conkey = array[t.attnum])
  );
  -- What traffic changes all the time.
  v_before := case steady.table_name
    when 'outbox.destinations' then
      v_before - '{tokens,tokens_at,last_delivered_at,failures,opened_at,held_until,recovering_since}'::text[]
    else v_before
  end;
  v_after := case steady.table_name
    when 'outbox.destinations' then v_after - '{tokens,tokens_at,last_delivered_at}'::text[]
    when 'outbox.messages' then v_after - '{payload}'::text[]
    when 'public.topic_changes' then v_after - '{row_key,row_id,record,old_record}'::text[]
    -- A refund is another one when another was asked for since, although its own row would be the same.
    when 'public.refund_requests' then
      v_after || jsonb_build_object('left', commerce.refundable((steady.after ->> 'payment_id')::uuid))
    else v_after
  end;
  -- Who does it is no part of what is done.
  v_after := v_after - '{decided_by,requested_by,acknowledged_by,linked_by,ran_by,changed_by}'::text[];
  v_text := concat_ws(' ', steady.table_name, steady.operation, v_before, v_after);
  for v_found in
    select distinct m[1] from regexp_matches(v_after::text,
      '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g') m
    where m[1] ~ '^.{14}7' and m[1]::uuid >= ops.uuid7_at(steady.since - interval '1 ms')
  loop
    v_text := replace(v_text, v_found, 'new');
  end loop;
  for v_found in
    select distinct m[1] from regexp_matches(v_after::text,
      '([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{8,15}(?:Z|[+-][0-9:]{2,5}))', 'g') m
  loop
    if v_found::timestamptz between steady.since - interval '10 minutes' and steady.since + interval '10 minutes' then
      v_text := replace(v_text, v_found, 'now');
    end if;
  end loop;
  return v_text;
end
$$;
comment on function console.steady(text, text, jsonb, jsonb, timestamptz) is
  'A change of a row as text, without what differs each time it is made: new ids, the clock, numbers that are counted.';
