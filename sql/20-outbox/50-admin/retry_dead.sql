create function outbox.retry_dead(destination text, since timestamptz default '-infinity') returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_count bigint;
begin
  if not exists (select 1 from outbox.destinations t where t.name = retry_dead.destination) then
    raise exception 'there is no destination %', retry_dead.destination
      using hint = 'select name from outbox.destinations';
  end if;
  update outbox.deliveries d
  set status = 'pending', next_attempt_at = now(), settled_at = null, attempts_before = d.attempts, last_error = null
  where d.status = 'dead' and d.destination = retry_dead.destination and d.settled_at >= retry_dead.since;
  get diagnostics v_count = row_count;
  perform outbox.ring_if_due();
  return v_count;
end
$$;
comment on function outbox.retry_dead(text, timestamptz) is
  'Brings a destination''s dead deliveries back, oldest first: select outbox.retry_dead(''make''). Returns how many.';
