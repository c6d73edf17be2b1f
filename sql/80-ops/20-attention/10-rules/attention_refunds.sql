create view ops.attention_refunds with (security_invoker = on) as
  select case q.status when 'refused' then 'refund refused' else 'refund failed' end as what, q.id::text as id,
    p.provider || ' ' || p.provider_ref as which,
    format('%s. The buyer has not got %s back.', case q.status
      when 'refused' then rtrim(q.error, '.')
      else format('%s accepted the refund %s, and it is %s', p.provider, r.provider_ref, r.status) end,
      ops.money(q.amount_minor, q.currency)) as why,
    coalesce(r.updated_at, q.updated_at) as since,
    ops.remedy(
      format('Asks %s for it again, after its cause was mended. If it is refused again, it comes back here.',
        p.provider),
      format('select commerce.request_refund(%L, %s, reason => ''<why>'')', p.id, q.amount_minor),
      'records that it was paid back by hand, after that was done.',
      format('select commerce.record_refund(%L, %s, ''<transfer id>'', reason => ''<why>'')', p.id, q.amount_minor),
      'withdraws it: the money stays.',
      format('select commerce.dismiss_refund(%L, reason => ''<why>'')', q.id)
    ) as remedy
  from public.refund_requests q
  join public.payments p on p.id = q.payment_id
  left join public.refunds r on r.provider = p.provider and r.provider_ref = q.provider_ref
  where (q.status = 'refused' or (q.status = 'sent' and r.status in ('failed', 'cancelled')))
    and p.status <> 'refunded'
    and not exists (select 1 from public.refund_requests later where later.payment_id = q.payment_id
      and later.created_at > q.created_at and later.status <> 'refused')
    and not exists (select 1 from public.refunds other where other.payment_id = q.payment_id
      and other.created_at > q.updated_at and other.status in ('pending', 'succeeded'))
  union all
  select 'refund not sent', q.id::text, p.provider || ' ' || p.provider_ref,
    format('%s is not asked for it any more, and whether it was is not known. The buyer has not got %s back.',
      p.provider, ops.money(q.amount_minor, q.currency)),
    q.updated_at,
    case when d.id is null then
      ops.remedy('Withdraws it, when the provider''s dashboard shows no such refund. Then it can be requested anew.',
        format('select commerce.dismiss_refund(%L, reason => ''<why>'')', q.id))
    else
      ops.remedy(
        format('Asks %s for it again, under the same id: what it did already is not done twice.', p.provider),
        format('select outbox.retry(%s)', d.id),
        'withdraws it, when the provider''s dashboard shows no such refund: the money stays.',
        format('select commerce.dismiss_refund(%L, reason => ''<why>'')', q.id)
      )
    end
  from public.refund_requests q
  join public.payments p on p.id = q.payment_id
  left join lateral (
    select x.id, x.status
    from outbox.messages m join outbox.deliveries x on x.message_id = m.id
    where m.record_key = 'refund_requests/' || q.id and x.destination = 'refunds'
    order by x.id desc
    limit 1
  ) d on true
  -- One that is dead is shown as such.
  where q.status = 'requested' and (d.id is null or d.status not in ('pending', 'sending', 'dead'));
comment on view ops.attention_refunds is
  'For ops.attention: refunds that a provider refused or that failed later, and those that it is not asked for any '
  'more.';
