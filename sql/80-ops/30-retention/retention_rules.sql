-- For ops.purge. Of the rows t of a relation (that are among these), those may go that were born longer ago than they are kept, and of
-- which may_go holds; $1 is the moment before which things are old. key: an index that runs in order of time, so that the first row that
-- is too young ends the walk; key_type: where rows may have to stay, so that the walk remembers how far it came.
--   A delivery is settled some days after it was made at the latest, by the schedule of its tries. Its attempts go first, then it, then its
-- message, so that nothing goes by a cascade, but for the few requests to the reconciler. Nothing that waits, is under way or is referred
-- to may go.
create function ops.retention_rules(what text) returns table (relation text, among text, key text, key_type text, born text, may_go text)
language sql immutable
set search_path = ''
begin atomic
  select w.relation, coalesce(w.among, 'true'), w.key, w.key_type, w.born, coalesce(w.may_go, 'true')
  from (values
    ('attempts', 'outbox.attempts', null, 'id', 'bigint', 't.started_at', null),
    ('deliveries', 'outbox.deliveries', null, 'id', 'bigint', $$t.created_at + interval '4 days'$$,
      $$t.status in ('delivered', 'cancelled') and t.settled_at < $1 and not exists (select from outbox.attempts a where a.delivery_id = t.id)$$),
    ('dead deliveries', 'outbox.deliveries', null, 'id', 'bigint', $$t.created_at + interval '4 days'$$,
      $$t.status = 'dead' and t.settled_at < $1 and not exists (select from outbox.attempts a where a.delivery_id = t.id)$$),
    ('reconciler requests', 'outbox.messages', $$t.type = 'reconciliation.requested'$$, 'created_at', null, 't.created_at',
      $$not exists (select from outbox.deliveries d where d.message_id = t.id and d.status in ('pending', 'sending'))$$),
    ('reconciliations', 'inbox.reconciliations', 't.missed = 0', 'id', null, 't.started_at', null),
    ('reconciliations that found', 'inbox.reconciliations', 't.missed > 0', 'id', null, 't.started_at', null),
    ('inquiries', 'inbox.inquiries', null, 'next_at', null, 't.next_at', null),
    ('audits', 'ops.audits', 't.found = 0', 'id', null, 't.started_at', null),
    ('audits that found', 'ops.audits', 't.found > 0', 'id', null, 't.started_at', null),
    ('checkout requests', 'public.checkout_requests', null, 'created_at', null, 't.created_at', null),
    ('events', 'inbox.events', null, 'id', 'uuid', 't.received_at',
      $$t.status in ('applied', 'ignored') and (t.trust <> 'unconfirmed' or t.next_attempt_at is null)
        and not exists (select from outbox.messages m where m.event_id = t.id)$$),
    ('rejections', 'inbox.rejections', null, 'minute', null, 't.minute', null),
    ('couriers', 'outbox.couriers', null, 'id', null, 't.started_at', 't.awake_until is null or t.awake_until < $1'),
    ('quota usage', 'ops.quota_usage', null, 'hour', null, 't.hour', null),
    ('checkout limits', 'commerce.checkout_limits', null, 'refilled_at', null, 't.refilled_at', null),
    ('cron log', 'cron.job_run_details', null, 'runid', 'bigint', $$coalesce(t.end_time, t.start_time, '-infinity')$$,
      $$t.end_time is not null or t.status = 'failed'$$)
  ) w (what, relation, among, key, key_type, born, may_go)
  where w.what = retention_rules.what;
end;
comment on function ops.retention_rules(text) is 'How the rows of ops.retention are found: conditions in SQL on the row t.';
