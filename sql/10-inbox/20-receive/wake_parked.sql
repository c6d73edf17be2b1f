create function inbox.wake_parked(keys text[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_keys text[] := keys;
  v_applied text[];
  v_parked inbox.events;
  v_left integer := 200;
begin
  -- In rounds, not in depth: what is applied may be what others wait for, and hundreds may wait for one thing.
  while cardinality(v_keys) > 0 and v_left > 0 loop
    v_applied := '{}';
    for v_parked in
      select p.*
      from inbox.events p
      where p.status = 'parked' and p.waiting_for = any (v_keys)
      order by p.received_at, p.id
      limit v_left
      -- An event that another session is retrying waits for our locks, and will see our changes.
      for update skip locked
    loop
      v_left := v_left - 1;
      -- It may be about more than what it waited for.
      perform inbox.lock_keys(jsonb_build_array(jsonb_build_object('provider', v_parked.provider, 'facts',
        v_parked.facts)));
      if inbox.settle(v_parked, true, wakes => false) = 'applied' then
        v_applied := v_applied || array(
          select k.key
          from jsonb_array_elements(v_parked.facts) as f, unnest(inbox.fact_keys(v_parked.provider, f.value)) as k (key)
        );
      end if;
    end loop;
    exit when v_left = 0;
    v_keys := v_applied;
  end loop;

  if v_left = 0 then
    -- Cron goes on: a webhook's answer must not wait for them all.
    update inbox.events e set next_attempt_at = now()
    where e.id in (
      select p.id from inbox.events p
      where p.status = 'parked' and p.waiting_for = any (v_keys || v_applied) and p.next_attempt_at > now()
      for update skip locked
    );
  end if;
end
$$;
comment on function inbox.wake_parked(text[]) is
  'Retries the events that are parked for these keys, in the order in which they were received, and then those that '
  'wait for what these are about: 200 at most, the others are due for cron. The caller holds the keys'' locks; those '
  'of the events are taken here.';
