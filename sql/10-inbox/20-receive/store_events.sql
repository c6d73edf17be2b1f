create function inbox.store_events(events jsonb) returns uuid[]
language plpgsql
set search_path = ''
as $$
declare
  v_new uuid[];
begin
  with given as (
    select g.provider, g.provider_event_id, g.type, g.subject, g.trust, g.occurred_at, g.body, g.confirmation,
      g.headers, g.position, g.account, g.livemode, g.not_ours,
      case when jsonb_typeof(g.facts) = 'array' then g.facts end as facts,
      case when jsonb_typeof(g.facts) <> 'array' then 'Its facts are not a list.' else g.error end as error
    from rows from (
      jsonb_to_recordset(events) as (
        provider text, provider_event_id text, type text, subject text, trust inbox.event_trust,
        occurred_at timestamptz, body text, confirmation text, headers jsonb, facts jsonb, error text,
        account text, livemode boolean, not_ours text
      )
    ) with ordinality as g (
      provider, provider_event_id, type, subject, trust, occurred_at, body, confirmation, headers, facts, error,
      account, livemode, not_ours, position
    )
  ), stored as (
    insert into inbox.events (
      provider, provider_event_id, type, subject, trust, occurred_at, body, confirmation, headers, facts, status,
      applied_at, error, next_attempt_at, account, livemode, not_ours
    )
    select g.provider, g.provider_event_id, g.type, g.subject, g.trust, g.occurred_at, g.body, g.confirmation,
      coalesce(g.headers, '{}'), g.facts,
      o.status, case when o.status = 'applied' then now() end,
      case when o.status = 'failed' then coalesce(g.error, 'It could not be read.') else g.not_ours end,
      case when o.status = 'failed' or g.trust = 'unconfirmed' then now() + inbox.retry_delay(1) end,
      g.account, g.livemode, g.not_ours
    from given g
    cross join lateral (
      select case
        when g.not_ours is not null then 'ignored'
        when g.facts is null then 'failed'
        when g.trust = 'unconfirmed' or jsonb_array_length(g.facts) = 0 then 'ignored'
        else 'applied'
      end::inbox.event_status as status
    ) o
    order by g.provider, g.provider_event_id, g.position
    on conflict on constraint an_event_is_received_once do nothing
    returning events.id
  )
  select coalesce(array_agg(s.id), '{}') into v_new from stored s;

  if cardinality(v_new) < jsonb_array_length(events) then
    perform 1
    from inbox.events e
    where (e.provider, e.provider_event_id) in (
      select g.value ->> 'provider', g.value ->> 'provider_event_id' from jsonb_array_elements(events) g
    )
    order by e.provider, e.provider_event_id
    for update;
  end if;
  return v_new;
end
$$;
comment on function inbox.store_events(jsonb) is
  'The part of inbox.receive that archives: writes a row for each new event, and returns their ids. Locks the rows of '
  'events that were received before.';
