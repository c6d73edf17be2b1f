create function console.bounds(
  what text, filters jsonb, cursor text, look integer,
  out relation text, out within text, out reach text, out matches text, out ordering text, out key text, out stop text
)
language plpgsql stable
set search_path = ''
-- What is looked at is bounded by keys: no other way to read a table is better.
set enable_seqscan = off
as $$
declare
  v_bytes constant bigint := 20000000;
  v_spec record := console.spec(bounds.what);
  v_filter record;
  v_value text;
  v_place text[];
  v_known text[];
  v_key_literals text;
  v_path text[];
begin
  v_known := array(select jsonb_object_keys(v_spec.filters) union select unnest('{since,until}'::text[])
    union select 'payload' where v_spec.body is not null order by 1);
  relation := v_spec.relation;
  within := 'true';
  matches := 'true';
  ordering := array_to_string(v_spec.keys, ' desc, ') || ' desc';
  key := 'jsonb_build_array(' || array_to_string(v_spec.keys, ', ') || ')::text';
  -- Its key as text, each part cast to its type.
  v_key_literals := (select string_agg(format('%%%s$L::%s', k.place, k.type), ', ' order by k.place)
    from unnest(v_spec.key_types) with ordinality as k (type, place));

  if jsonb_typeof(coalesce(nullif(bounds.filters, 'null'), '{}')) <> 'object' then
    raise exception 'filters are an object' using errcode = '22023',
      hint = format('Known: %s.', array_to_string(v_known, ', '));
  end if;
  for v_filter in
    select f.key as name, f.value from jsonb_each(coalesce(nullif(bounds.filters, 'null'), '{}')) f order by f.key
  loop
    if v_filter.name <> all (v_known) then
      raise exception '% have no filter %', bounds.what, v_filter.name
        using errcode = '22023', hint = format('Known: %s.', array_to_string(v_known, ', '));
    end if;
    continue when v_filter.value in ('null', '""');
    v_value := v_filter.value #>> '{}';
    if v_filter.name = 'payload' then
      if jsonb_typeof(v_filter.value) <> 'object' then
        raise exception 'the filter payload is an object' using errcode = '22023',
          hint = 'Paths and values, such as {"data.object.id": "pi_1"}.';
      end if;
      for v_path, v_value in select string_to_array(p.key, '.'), p.value #>> '{}' from jsonb_each(v_filter.value) p loop
        matches := matches || format(' and console.value_at(%s, %L) = %L', v_spec.body, v_path, v_value);
      end loop;
    elsif jsonb_typeof(v_filter.value) in ('array', 'object') then
      raise exception 'the filter % takes one value', v_filter.name using errcode = '22023', hint = 'Pass a text.';
    elsif v_filter.name in ('since', 'until') then
      begin
        v_value := (v_value::timestamptz)::text;
      exception when data_exception then
        raise exception 'the filter % cannot be "%"', v_filter.name, left(v_value, 100)
          using errcode = '22023', hint = 'It takes a time such as 2026-07-01T00:00:00Z.';
      end;
      within := within || ' and ' || format(
        case v_filter.name when 'since' then v_spec.since_key else v_spec.until_key end, v_value);
      matches := matches || format(' and %s %s %L', v_spec.moment,
        case v_filter.name when 'since' then '>=' else '<' end, v_value);
    elsif v_filter.name = 'status' and v_value <> all (v_spec.statuses) then
      raise exception 'the filter status cannot be "%"', left(v_value, 100)
        using errcode = '22023', hint = format('It takes one of %s.', array_to_string(v_spec.statuses, ', '));
    else
      matches := matches || ' and ' || format(v_spec.filters ->> v_filter.name, v_value);
    end if;
  end loop;

  if bounds.cursor is not null then
    begin
      v_place := array(select jsonb_array_elements_text(bounds.cursor::jsonb));
      if cardinality(v_place) <> cardinality(v_spec.keys) then
        raise exception using errcode = '22023';
      end if;
      within := within || format(' and (%s) < (', array_to_string(v_spec.keys, ', '))
        || format(v_key_literals, variadic v_place) || ')';
      execute format('select row(%s)', format(v_key_literals, variadic v_place));
    exception when data_exception then
      raise exception 'this is no cursor of %', bounds.what using errcode = '22023',
        hint = 'Pass next, as the page before it says it, or nothing for the first page.';
    end;
  end if;

  reach := within;
  -- What waits or is dead is read whole where it is little: among millions that are done it may be far apart.
  if bounds.what in ('events', 'deliveries') and bounds.filters ->> 'status' in
    ('failed', 'dead', 'parked', 'pending', 'sending') and not coalesce(bounds.filters ? 'payload', false) then
    execute format('select count(*) from (select 1 from %s t where t.status = %L limit %s) x', relation,
      bounds.filters ->> 'status', bounds.look + 1) into v_value;
    if v_value::integer <= bounds.look then
      relation := format('(select x.* from %s x where x.id = any (array(select y.id from %1$s y '
        'where y.status = %L)))', relation, bounds.filters ->> 'status');
      return;
    end if;
  end if;

  -- Where looking ends, matches or not: after so many rows, and so many bytes to parse.
  execute case when bounds.filters ? 'payload' then format(
      'select %s from (select t.*, sum(octet_length(%s)) over (order by %s rows unbounded preceding) as bytes, '
      'row_number() over (order by %s) as place from %s t where %s order by %s limit %s) t '
      'where t.bytes > %s or t.place = %s order by t.place limit 1',
      key, case bounds.what when 'events' then 't.body' else 't.payload' end, ordering, ordering, relation, within,
      ordering, bounds.look, v_bytes, bounds.look)
    else format('select %s from %s t where %s order by %s offset %s limit 1', key, relation, within, ordering,
      bounds.look - 1)
    end into stop;
  if stop is not null then
    within := within || format(' and (%s) >= (', array_to_string(v_spec.keys, ', '))
      || format(v_key_literals, variadic array(select jsonb_array_elements_text(stop::jsonb))) || ')';
  end if;
end
$$;
comment on function console.bounds(text, jsonb, text, integer) is
  'For console.list and console.count: where to read, which rows match, and where looking ends (stop; null: with the '
  'last row). reach: as within, without that end. Checks the filters. Raises 22023 for an unknown list, filter or '
  'value, and for a wrong cursor.';
