create view ops.attention_refunds with (security_invoker = on) as
  select 'refund refused' as what, q.id::text as id, p.provider || ' ' || p.provider_ref as which,
    format('%s. The buyer has not got %s back.', rtrim(q.error, '.'), ops.money(q.amount_minor, q.currency)) as why,
    q.updated_at as since,
    ops.remedy(
      format('Asks %s for it again, after its cause was mended. If it is refused again, it comes back here.',
        p.provider),
      format('select commerce.request_refund(%L, %s, reason => ''<why>'')', p.id, q.amount_minor),
      'records that it was paid back by hand, after that was done.',
      format('select commerce.record_refund(%L, %s, ''<transfer id>'', reason => ''<why>'')', p.id, q.amount_minor),
      'withdraws it: the money stays.',
      format('select commerce.dismiss_refund(%L, reason => ''<why>'')', q.id)
    ) as remedy
  from public.refund_requests q join public.payments p on p.id = q.payment_id
  where q.status = 'refused' and p.status <> 'refunded'
    and not exists (select 1 from public.refund_requests later where later.payment_id = q.payment_id
      and later.created_at > q.created_at and later.status <> 'refused')
    and not exists (select 1 from public.refunds r where r.payment_id = q.payment_id and r.created_at > q.updated_at
      and r.status in ('pending', 'succeeded'));
comment on view ops.attention_refunds is 'For ops.attention: refunds that a provider refused.';
