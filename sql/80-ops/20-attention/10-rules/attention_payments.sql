create view ops.attention_payments with (security_invoker = on) as
  select 'payment needs review' as what, p.id::text as id, p.provider || ' ' || p.provider_ref as which, r.reason as
    why,
    p.created_at as since,
    case when s.id is not null and s.status <> 'payment_completed' then ops.remedy(
      format('Accepts %s for the checkout of %s: its order is made, and everything in it is due to the buyer.',
        ops.money(commerce.captured_in_parts(p), p.currency), ops.money(s.total_minor, s.currency)),
      format('select commerce.accept_payment(%L, reason => ''<why>'')', p.id),
      refund.does, refund.statement,
      'keeps the money, and makes no order: it pays for something else.',
      format('select commerce.close_review(%L, reason => ''<why>'')', p.id)
    ) else ops.remedy(
      refund.does_first, refund.statement,
      'keeps the money, and makes no order: what it is for is known.',
      format('select commerce.close_review(%L, reason => ''<why>'')', p.id)
    ) end as remedy
  from public.payments p
  left join public.checkout_sessions s on s.id = p.checkout_session_id
  -- Checked now: another payment may have made the order since.
  cross join lateral (select coalesce(commerce.review_reason(p, s), p.review_reason) as reason) r
  cross join ops.refund_statement(p) refund
  where p.needs_review
  union all
  select 'checkout paid in part', s.id::text, 'checkout of ' || s.email,
    format(
      'Captured are %s of %s, and no further part was received for an hour: the buyer has paid, and gets nothing. '
      'Capture the rest at %s, or decide.', ops.money(commerce.captured_in_parts(p), p.currency),
      ops.money(s.total_minor, s.currency), p.provider
    ),
    p.updated_at,
    ops.remedy(
      format('Accepts %s for the checkout of %s: its order is made, and everything in it is due to the buyer.',
        ops.money(commerce.captured_in_parts(p), p.currency), ops.money(s.total_minor, s.currency)),
      format('select commerce.accept_payment(%L, reason => ''<why>'')', p.id),
      refund.does, refund.statement
    )
  from public.payments p
  join public.checkout_sessions s on s.id = p.checkout_session_id
  cross join ops.refund_statement(p) refund
  where p.part_of is not null and p.captured_at is not null and p.status <> 'refunded'
    and not p.needs_review and p.reviewed_at is null
    and s.status <> 'payment_completed' and p.updated_at < now() - interval '1 hour'
    -- The first of its parts stands for all.
    and not exists (select 1 from commerce.parts_of(p) o where o.id < p.id);
comment on view ops.attention_payments is
  'For ops.attention: money that was captured, and about which a person must decide.';
