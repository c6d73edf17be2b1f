create function outbox.resume(destination text) returns bigint
language plpgsql
set search_path = ''
as $$
begin
  update outbox.destinations d
  set paused_at = null, paused_reason = null, held_until = null, held_reason = null, failures = 0, opened_at = null,
      recovering_since = clock_timestamp()
  where d.name = resume.destination;
  if not found then
    raise exception 'there is no destination %', resume.destination using hint = 'select name from outbox.destinations';
  end if;
  perform outbox.ring_if_due();
  return (select count(*) from outbox.deliveries x where x.destination = resume.destination and x.status = 'pending');
end
$$;
comment on function outbox.resume(text) is
  'Resumes sending to a paused or held destination. Returns how many deliveries wait for it.';
