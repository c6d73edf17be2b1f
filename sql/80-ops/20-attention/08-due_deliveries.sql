create view ops.due_deliveries with (security_invoker = on) as
  select count(*) as count, min(d.next_attempt_at) as since, outbox.courier_is_awake() as courier_is_awake
  from outbox.deliveries d
  where d.status = 'pending' and d.next_attempt_at <= now() and d.destination in (select outbox.due());
comment on view ops.due_deliveries is
  'One row: how many deliveries are due, since when the oldest, and whether a courier takes them. For ops.attention '
    'and '
  'ops.health.';
comment on column ops.due_deliveries.count is 'How many are due.';
comment on column ops.due_deliveries.since is 'Since when the oldest is due. Null: none is.';
comment on column ops.due_deliveries.courier_is_awake is 'Whether a courier takes them now.';
