create function inbox.retry(event_id uuid, facts jsonb default null) returns inbox.event_status
language plpgsql
set search_path = ''
as $$
declare
  v_event inbox.events;
begin
  select e.* into v_event from inbox.events e where e.id = retry.event_id for update skip locked;
  if not found then
    if exists (select 1 from inbox.events e where e.id = retry.event_id) then
      return null; -- another session is retrying it
    end if;
    raise exception 'there is no event %', retry.event_id using hint = 'Look it up in inbox.events.';
  end if;
  if v_event.trust = 'unconfirmed' then
    -- Only the provider can confirm it: it is asked again.
    update inbox.events e
    set attempts = 1, next_attempt_at = now(),
        -- Why it was closed holds no more.
        error = case when e.status <> 'ignored' then e.error end
    where e.id = v_event.id;
    perform outbox.ring_if_due();
    return v_event.status;
  end if;
  if v_event.not_ours is not null then
    -- An admin decides that it is ours all the same.
    update inbox.events e set not_ours = null where e.id = v_event.id returning e.* into v_event;
    perform outbox.forward_event(v_event);
  elsif v_event.status in ('applied', 'ignored') and retry.facts is null then
    return v_event.status;
  end if;
  v_event.facts := coalesce(retry.facts, v_event.facts);
  update inbox.events e set facts = v_event.facts where e.id = v_event.id;
  perform inbox.lock_keys(jsonb_build_array(jsonb_build_object('provider', v_event.provider, 'facts', v_event.facts)));
  return inbox.settle(v_event, true);
end
$$;
comment on function inbox.retry(uuid, jsonb) is
  'Retries one event now: select inbox.retry(''<id>''). An applied or ignored one is left alone; one that is not ours '
  'is applied all the same; about an unconfirmed one the provider is asked again. facts: a new reading of its body. '
  'Returns its status; null when another session is retrying it.';
