create function inbox.add_causes(things uuid[], like_things uuid[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_causes jsonb := nullif(current_setting('signalbox.event_ids', true), '');
begin
  if v_causes is not null then
    perform set_config('signalbox.event_ids', (v_causes || coalesce((
      select jsonb_object_agg(c.thing, v_causes -> c.like_thing::text)
      from unnest(things, like_things) as c (thing, like_thing)
    ), '{}'))::text, true);
  end if;
end
$$;
comment on function inbox.add_causes(uuid[], uuid[]) is
  'Says that rows (things) are changed by the same events as other rows (like_things): see inbox.set_causes.';
