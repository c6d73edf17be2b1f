-- Taken, and not only read, as in inbox.unconfirmed_due.
create function inbox.unreadable_due(at_most integer default 50) returns table (id uuid, provider text, text text,
  headers jsonb)
language sql
set search_path = ''
begin atomic
  with due as materialized (
    select e.id, e.next_attempt_at
    from inbox.events e
    where e.status = 'failed' and e.facts is null and e.trust <> 'unconfirmed' and e.next_attempt_at <= now()
    order by e.next_attempt_at
    limit at_most
    for update skip locked
  ), taken as (
    update inbox.events e
    set next_attempt_at = now() + interval '2 minutes'
    from due d
    where e.id = d.id
    returning e.id, e.provider, coalesce(e.confirmation, e.body) as text, e.headers, d.next_attempt_at as was_due_at
  )
  select t.id, t.provider, t.text, t.headers from taken t order by t.was_due_at;
end;
comment on function inbox.unreadable_due(integer) is
  'Takes events with an unreadable body (or confirmation) that are due to be read again, by the courier, perhaps with '
  'a newer function; the longest due first. No other courier gets them for 2 minutes; inbox.still_unreadable says when '
  'they are due again.';
