create view ops.attention with (security_invoker = on) as
  select w.*, ops.severity(w.what) as severity
  from (
    select * from ops.attention_events
    union all select * from ops.attention_refused_webhooks
    union all select * from ops.attention_undecided_events
    union all select * from ops.attention_new_shapes
    union all select * from ops.attention_reconciler
    union all select * from ops.attention_payments
    union all select * from ops.attention_refunds
    union all select * from ops.attention_disputes
    union all select * from ops.attention_orders
    union all select * from ops.attention_parcels
    union all select * from ops.attention_unserved_requests
    union all select * from ops.attention_audit
    union all select * from ops.attention_deliveries
    union all select * from ops.attention_failing_destinations
    union all select * from ops.attention_held_destinations
    union all select * from ops.attention_routes
    union all select * from ops.attention_no_courier
    union all select * from ops.attention_missing_secrets
    union all select * from ops.attention_jobs
    union all select * from ops.attention_unmatched_recaps
    union all select * from ops.attention_no_shows
    union all select * from ops.attention_calendar
    union all select * from ops.attention_conversations
  ) w;
comment on view ops.attention is
  'Everything that needs an admin: what, why, since when, the SQL that mends it (ops.remedy), and how severe it is '
  '(ops.severity). select * from ops.attention order by since';
comment on column ops.attention.what is 'What is wrong: its kind.';
comment on column ops.attention.which is 'Which thing, as people call it.';
comment on column ops.attention.id is 'Its id: of which table, what says.';
comment on column ops.attention.why is 'Why it is here, as a sentence with what it costs.';
comment on column ops.attention.remedy is 'SQL that can be pasted whole and mends it; alternatives follow as comments.';
comment on column ops.attention.since is 'Since when.';
comment on column ops.attention.severity is 'How severe it is.';
