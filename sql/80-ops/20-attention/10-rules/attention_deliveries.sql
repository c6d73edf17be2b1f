create view ops.attention_deliveries with (security_invoker = on) as
  select 'delivery dead' as what, d.id::text as id, m.type || ' to ' || d.destination as which,
    format('%s. It is not sent any more, and %s does not know of it.', rtrim(coalesce(d.last_error,
      'It was given up'), '.'),
      d.destination) as why,
    d.settled_at as since,
    ops.remedy(
      'Sends it again, after its cause was mended. If it fails again, it comes back here.',
      format('select outbox.retry(%s)', d.id),
      'gives it up for good: its receiver need not have it.',
      format('select outbox.cancel(%s, reason => ''<why>'')', d.id)
    ) as remedy
  from outbox.deliveries d join outbox.messages m on m.id = d.message_id where d.status = 'dead'
  union all
  select 'work failed at the receiver', d.id::text, m.type || ' to ' || d.destination,
    format('%s has the message, and reports that its work failed: %s.', d.destination, rtrim(d.processing_error, '.')),
    coalesce(d.settled_at, d.created_at),
    ops.remedy(
      'Sends it again as a copy, after the receiver was mended; the copy is watched in place of this one.',
      format(
        'select outbox.replay(%L, %L, ''the work failed there''), outbox.acknowledge(%s, outbox.receipt_signature(%s))',
        d.destination, jsonb_build_object('message_ids', jsonb_build_array(d.message_id)), d.id, d.id
      ),
      'notes that the work was done by hand.',
      format('select outbox.mark_processed(%s, reason => ''<why>'')', d.id)
    )
  from outbox.deliveries d join outbox.messages m on m.id = d.message_id
  where d.processing_error is not null and d.processed_at is null
  union all
  select 'receipt overdue', d.id::text, m.type || ' to ' || d.destination,
    format('It was delivered, but %s has not reported that the work is done. Look there whether it was.',
      d.destination),
    d.receipt_due_at,
    ops.remedy(
      'Notes that the work was done, as was seen at the receiver.',
      format('select outbox.mark_processed(%s, reason => ''<why>'')', d.id),
      'sends it again as a copy, when the receiver lost it; the copy is watched in place of this one.',
      format(
        'select outbox.replay(%L, %L, ''<why>''), outbox.acknowledge(%s, outbox.receipt_signature(%s))',
        d.destination, jsonb_build_object('message_ids', jsonb_build_array(d.message_id)), d.id, d.id
      )
    )
  from outbox.deliveries d join outbox.messages m on m.id = d.message_id
  where d.receipt_due_at < now() and d.processed_at is null and d.processing_error is null;
comment on view ops.attention_deliveries is
  'For ops.attention: messages that were given up, and those whose work is not done at their receiver.';
