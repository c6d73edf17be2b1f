create view ops.attention_held_destinations with (security_invoker = on) as
  select 'destination paused' as what, t.name as id, t.name as which,
    format('%s. Nothing is sent to %s; %s.', rtrim(t.paused_reason, '.'), t.name,
      ops.counted(waiting.count, 'message waits', 'messages wait')) as why,
    t.paused_at as since,
    ops.remedy(
      'Goes on sending, with what waits first. First mend what it was paused for.',
      format('select outbox.resume(%L)', t.name),
      'switches its routes off and cancels what waits: nobody is to have it.',
      format('select outbox.disconnect(%L, reason => ''<why>'')', t.name)
    ) as remedy
  from outbox.destinations t
  cross join lateral (
    select count(*) as count, min(d.created_at) as since from outbox.deliveries d
    where d.destination = t.name and d.status = 'pending'
  ) waiting
  where t.paused_at is not null
  union all
  select 'destination held', t.name, t.name,
    format('%s Nothing is sent to %s until %s; then it is tried again by itself.', t.held_reason, t.name,
      ops.iso_utc(t.held_until)),
    least(coalesce(t.opened_at, waiting.since, now()), now()),
    ops.remedy('Tries it at once; otherwise it is tried by itself.', format('select outbox.resume(%L)', t.name))
  from outbox.destinations t
  cross join lateral (
    select min(d.created_at) as since from outbox.deliveries d
    where d.destination = t.name and d.status = 'pending' and d.last_error is not null
  ) waiting
  where t.held_until > now();
comment on view ops.attention_held_destinations is
  'For ops.attention: destinations to which nothing is sent, by a person''s word or until a time.';
