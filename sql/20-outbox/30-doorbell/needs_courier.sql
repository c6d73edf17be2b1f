create function outbox.needs_courier() returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return not outbox.courier_is_awake() and (
    exists (select 1 from outbox.due())
    -- As inbox.unreadable_due and inbox.unconfirmed_due, which take what they return.
    or exists (
      select 1 from inbox.events e
      where e.status = 'failed' and e.facts is null and e.trust <> 'unconfirmed' and e.next_attempt_at <= now()
    )
    or exists (select 1 from inbox.events e where e.trust = 'unconfirmed' and e.next_attempt_at <= now())
  );
end
$$;
comment on function outbox.needs_courier() is 'Whether something is due and no courier is awake.';
