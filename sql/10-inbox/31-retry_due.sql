create function inbox.retry_due(at_most integer default 100) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_event inbox.events;
  v_count integer := 0;
begin
  for v_event in
    select e.*
    from inbox.events e
    where e.status in ('parked', 'failed') and e.next_attempt_at <= now() and e.facts is not null
    order by e.next_attempt_at
    limit at_most
  loop
    perform inbox.retry(v_event.id);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function inbox.retry_due(integer) is 'Tries the failed and parked events whose time has come. Run by cron. Returns how many. Those that could not be read are read again by the courier.';
