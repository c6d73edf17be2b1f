create function inbox.unreadable_due(at_most integer default 50) returns table (id uuid, provider text, text text,
  headers jsonb)
language sql stable
set search_path = ''
begin atomic
  select e.id, e.provider, coalesce(e.confirmation, e.body), e.headers
  from inbox.events e
  where e.status = 'failed' and e.facts is null and e.trust <> 'unconfirmed' and e.next_attempt_at <= now()
  order by e.next_attempt_at
  limit at_most;
end;
comment on function inbox.unreadable_due(integer) is
  'Events with an unreadable body (or confirmation), due to be read again (by the courier, perhaps with a newer '
  'function).';
