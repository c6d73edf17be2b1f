-- Applies one event's facts in a subtransaction of its own, so that a failing event does not affect others.
create function inbox.try_apply(event inbox.events, out status inbox.event_status, out error text, out waiting_for text)
language plpgsql
set search_path = ''
as $$
declare
  v_fact jsonb;
begin
  if event.not_ours is not null then
    status := 'ignored';
    error := event.not_ours;
    return;
  end if;
  if event.facts is null then
    status := 'failed';
    error := coalesce(event.error, 'It could not be read.');
    return;
  end if;
  if event.trust = 'unconfirmed' then
    status := 'ignored';
    error := 'Kept until the provider confirms it.';
    return;
  end if;
  if jsonb_array_length(event.facts) = 0 then
    status := 'ignored';
    return;
  end if;
  begin
    perform set_config('signalbox.event_id', event.id::text, true);
    for v_fact in select f.value from jsonb_array_elements(event.facts) as f loop
      perform inbox.apply_fact(event.provider, event.provider_event_id, v_fact);
    end loop;
    status := 'applied';
  exception
    when sqlstate 'SB001' then
      status := 'parked';
      error := sqlerrm;
      get stacked diagnostics waiting_for = pg_exception_detail;
    when deadlock_detected then
      -- The other session may wait for a lock this whole transaction holds: the caller retries it, event by event.
      raise;
    when others then
      status := 'failed';
      error := sqlerrm || ' (' || sqlstate || ')';
  end;
  perform set_config('signalbox.event_id', '', true);
end
$$;
comment on function inbox.try_apply(inbox.events) is
  'Applies an event''s facts or undoes them all, and returns the result. Raises nothing but a deadlock.';
