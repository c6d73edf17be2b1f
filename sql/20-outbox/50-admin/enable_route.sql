create function outbox.enable_route(route_id bigint, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update outbox.routes r set enabled = true where r.id = enable_route.route_id;
  if not found then
    raise exception 'there is no route %', enable_route.route_id
      using errcode = 'P0002', hint = 'select id, destination, message_type from outbox.routes';
  end if;
  perform ops.decide('outbox.enable_route', enable_route.route_id::text, enable_route.reason);
end
$$;
comment on function outbox.enable_route(bigint, text) is
  'Switches a route on: its destination gets such messages from now on. reason: why, kept in ops.decisions. Raises '
  'P0002 for an unknown route, 22023 without a reason.';
