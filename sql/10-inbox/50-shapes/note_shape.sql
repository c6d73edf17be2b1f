create function inbox.note_shape(provider text, version text, type text, fields jsonb, event_id uuid, count integer
  default 1) returns void
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_changes text[];
  v_only_gone boolean;
  v_version_is_new boolean;
begin
  update inbox.shapes s
  set last_seen = now(), count = s.count + note_shape.count
  where s.provider = note_shape.provider and s.version = note_shape.version and s.type = note_shape.type
    and md5(s.fields::text) = md5(note_shape.fields::text);
  if found then
    return;
  end if;

  -- Compared with all shapes of the type, in every version.
  with before as (
    select f.key, f.value #>> '{}' as kind
    from inbox.shapes s, jsonb_each(s.fields) as f
    where s.provider = note_shape.provider and s.type = note_shape.type
  ), difference as (
    select n.key, n.value #>> '{}' as kind, o.kinds
    from jsonb_each(note_shape.fields) as n
    join (
      select b.key, array_agg(distinct b.kind order by b.kind)
      filter (where b.kind not in ('nothing', 'null')) as kinds,
        bool_or(b.kind = 'nothing') as was_missing
      from before b group by b.key
    ) o on o.key = n.key
    where o.kinds is not null
      and (
        (n.value #>> '{}' = 'nothing' and not o.was_missing)
        or (n.value #>> '{}' not in ('nothing', 'null') and n.value #>> '{}' <> all (o.kinds))
      )
  )
  select
    coalesce(array_agg(
      format('%s: was %s, is %s', d.key, array_to_string(d.kinds, ' or '), case d.kind when 'nothing' then 'gone'
        else d.kind end)
      order by d.key
    ), '{}'),
    coalesce(bool_and(d.kind = 'nothing'), false)
  into v_changes, v_only_gone
  from difference d;

  v_version_is_new := note_shape.version <> ''
    and exists (select 1 from inbox.shapes s where s.provider = note_shape.provider)
    and not exists (select 1 from inbox.shapes s where s.provider = note_shape.provider
      and s.version = note_shape.version);
  if v_version_is_new then
    v_changes := format('the first event of version %s', note_shape.version) || v_changes;
    v_only_gone := false;
  end if;

  insert into inbox.shapes as s (provider, version, type, fields, changes, only_gone, count, event_id)
  values (
    note_shape.provider, note_shape.version, note_shape.type, note_shape.fields, v_changes, v_only_gone,
    note_shape.count, note_shape.event_id
  )
  on conflict (provider, version, type, md5(fields::text)) do update set last_seen = now(),
    count = s.count + excluded.count;
end
$$;
comment on function inbox.note_shape(text, text, text, jsonb, uuid, integer) is
  'Counts events of a shape. A new shape is compared with all earlier ones of its type: missing fields, fields of '
  'another JSON type, and a new version are recorded, and shown in ops.attention.';
