create function inbox.unconfirmed_due(at_most integer default 20)
returns table (id uuid, provider text, provider_event_id text, body text, headers jsonb)
language sql stable
set search_path = ''
begin atomic
  select e.id, e.provider, e.provider_event_id, e.body, e.headers
  from inbox.events e
  where e.trust = 'unconfirmed' and e.next_attempt_at <= now()
  order by e.next_attempt_at
  limit at_most;
end;
comment on function inbox.unconfirmed_due(integer) is
  'Unconfirmed events that the courier must ask the provider about again.';
