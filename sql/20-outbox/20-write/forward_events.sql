create function outbox.forward_events(ids uuid[]) returns void
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  perform outbox.forward_event(e.row)
  from unnest(ids) with ordinality as g (id, place)
  cross join lateral (
    select e as row
    from inbox.events e
    where e.id = g.id and exists (
      select 1 from outbox.routes r where r.provider = e.provider and r.enabled and e.type = any (r.event_types)
    )
    offset 0
  ) e
  order by g.place;
end
$$;
comment on function outbox.forward_events(uuid[]) is
  'Forwards inbound events, in this order, where a route says so: see outbox.forward_event.';
