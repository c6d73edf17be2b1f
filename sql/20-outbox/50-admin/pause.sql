create function outbox.pause(destination text, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  if coalesce(pause.reason, '') <> '' then
    perform ops.check_reason('outbox.pause', pause.reason);
  end if;
  update outbox.destinations d
  set paused_at = coalesce(d.paused_at, now()), paused_reason = coalesce(nullif(pause.reason, ''), 'no reason given')
  where d.name = pause.destination;
  if not found then
    raise exception 'there is no destination %', pause.destination using hint = 'select name from outbox.destinations';
  end if;
end
$$;
comment on function outbox.pause(text, text) is
  'Stops sending to a destination; everything is kept: select outbox.pause(''make'', ''scenario under repair'').';
