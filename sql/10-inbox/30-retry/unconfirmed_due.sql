-- Taken, and not only read: two couriers that ask about one event at the same time would count one try twice.
create function inbox.unconfirmed_due(at_most integer default 20)
returns table (id uuid, provider text, provider_event_id text, body text, headers jsonb)
language sql
set search_path = ''
begin atomic
  with due as materialized (
    select e.id, e.next_attempt_at
    from inbox.events e
    where e.trust = 'unconfirmed' and e.next_attempt_at <= now()
    order by e.next_attempt_at
    limit at_most
    for update skip locked
  ), taken as (
    update inbox.events e
    -- Longer than a provider's API may take to answer, and short enough for a courier that died.
    set next_attempt_at = now() + interval '2 minutes'
    from due d
    where e.id = d.id
    returning e.id, e.provider, e.provider_event_id, e.body, e.headers, d.next_attempt_at as was_due_at
  )
  select t.id, t.provider, t.provider_event_id, t.body, t.headers from taken t order by t.was_due_at;
end;
comment on function inbox.unconfirmed_due(integer) is
  'Takes unconfirmed events that the courier must ask the provider about again, the longest due first. No other '
  'courier gets them for 2 minutes; inbox.still_unconfirmed says when they are due again.';
