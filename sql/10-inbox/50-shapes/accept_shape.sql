create function inbox.accept_shape(shape_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  update inbox.shapes s set accepted_at = coalesce(s.accepted_at, now()) where s.id = accept_shape.shape_id;
  if not found then
    raise exception 'there is no shape %', accept_shape.shape_id using errcode = 'P0002',
      hint = 'select * from inbox.shapes where accepted_at is null';
  end if;
end
$$;
comment on function inbox.accept_shape(uuid) is
  'A person has looked at a shape of webhooks that is new: it is not shown in ops.attention any more. Raises P0002 for '
  'a shape that is not here.';
