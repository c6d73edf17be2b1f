create function outbox.disable_route(route_id bigint, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update outbox.routes r set enabled = false where r.id = disable_route.route_id;
  if not found then
    raise exception 'there is no route %', disable_route.route_id
      using errcode = 'P0002', hint = 'select id, destination, message_type from outbox.routes';
  end if;
  perform ops.decide('outbox.disable_route', disable_route.route_id::text, disable_route.reason);
end
$$;
comment on function outbox.disable_route(bigint, text) is
  'Switches a route off: its destination gets no such messages any more. reason: why, kept in ops.decisions. Raises '
  'P0002 for an unknown route, 22023 without a reason.';
