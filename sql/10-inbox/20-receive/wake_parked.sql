create function inbox.wake_parked(keys text[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_parked inbox.events;
begin
  for v_parked in
    select p.*
    from inbox.events p
    where p.status = 'parked' and p.waiting_for = any (keys)
    order by p.received_at, p.id
    -- An event that another session is retrying waits for our locks, and will see our changes.
    for update skip locked
  loop
    perform inbox.settle(v_parked, true);
  end loop;
end
$$;
comment on function inbox.wake_parked(text[]) is
  'Retries the events that are parked for these keys, in the order in which they were received. The caller holds their '
  'locks.';
