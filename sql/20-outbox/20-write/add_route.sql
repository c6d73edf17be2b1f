create function outbox.add_route(draft outbox.draft, route outbox.routes) returns outbox.draft
language plpgsql
set search_path = ''
as $$
declare
  v outbox.draft := draft;
begin
  if v.id is null then
    v.id := ops.uuid7();
    v.type := route.message_type;
    v.priority := route.priority;
    v.destinations := '{}';
    v.latest_only := '{}';
  end if;
  v.priority := least(v.priority, route.priority);
  if route.destination <> all (v.destinations) then
    v.destinations := v.destinations || route.destination;
  end if;
  if route.latest_only and route.destination <> all (v.latest_only) then
    v.latest_only := v.latest_only || route.destination;
  end if;
  return v;
end
$$;
comment on function outbox.add_route(outbox.draft, outbox.routes) is
  'A draft that goes to the destination of this route too; null as draft: a new one, of the route''s type.';
