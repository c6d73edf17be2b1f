create view ops.conversation_stops with (security_invoker = on) as
  select c.status, c.cause, count(*) as conversations, min(c.status_since) as oldest_since,
    percentile_cont(0.5) within group (order by extract(epoch from now() - c.status_since)) as median_seconds
  from public.conversations c
  group by c.status, c.cause;
comment on view ops.conversation_stops is
  'Where conversations are now, and why: how many, since when the oldest, and how long half of them have been there, '
  'in seconds.';
comment on column ops.conversation_stops.status is 'Their status now.';
comment on column ops.conversation_stops.cause is 'What moved them to it.';
comment on column ops.conversation_stops.conversations is 'How many there are.';
comment on column ops.conversation_stops.oldest_since is 'Since when the one is there that has been longest.';
comment on column ops.conversation_stops.median_seconds is 'How long half of them have been there at most, in seconds.';
