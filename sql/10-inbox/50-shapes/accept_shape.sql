create function inbox.accept_shape(shape_id uuid, reason text default null) returns void
language plpgsql
set search_path = ''
as $$
begin
  update inbox.shapes s set accepted_at = coalesce(s.accepted_at, now()) where s.id = accept_shape.shape_id;
  if not found then
    raise exception 'there is no shape %', accept_shape.shape_id using errcode = 'P0002',
      hint = 'select * from inbox.shapes where accepted_at is null';
  end if;
  perform ops.decide('inbox.accept_shape', accept_shape.shape_id::text,
    coalesce(accept_shape.reason, 'no reason given'));
end
$$;
comment on function inbox.accept_shape(uuid, text) is
  'Accepts a new shape of webhooks: it is no longer shown in ops.attention. Raises P0002 when the shape does not '
  'exist, and 22023 for a blank reason.';
