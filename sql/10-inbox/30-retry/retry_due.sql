create function inbox.retry_due(at_most integer default 100) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_due uuid[];
  v_events jsonb;
  v_event uuid;
begin
  select coalesce(array_agg(d.id order by d.next_attempt_at), '{}'),
    coalesce(jsonb_agg(jsonb_build_object('provider', d.provider, 'facts', d.facts)), '[]')
  into v_due, v_events
  from (
    select e.id, e.next_attempt_at, e.provider, e.facts
    from inbox.events e
    where e.status in ('parked', 'failed') and e.next_attempt_at <= now() and e.facts is not null
    order by e.next_attempt_at
    limit at_most
    for update skip locked
  ) d;
  -- Lock all of them before the first is tried: one by one they would be locked in the order of their times, and
  -- deadlock with incoming events.
  perform inbox.lock_keys(v_events);
  foreach v_event in array v_due loop
    perform inbox.retry(v_event);
  end loop;
  return cardinality(v_due);
end
$$;
comment on function inbox.retry_due(integer) is
  'Retries the failed and parked events that are due. Run by cron. Returns how many. Unreadable events are read again '
  'by the courier.';
