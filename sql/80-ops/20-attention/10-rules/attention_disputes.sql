create view ops.attention_disputes with (security_invoker = on) as
  select
    case when d.status = 'lost' then 'dispute lost' else 'dispute to answer' end as what, d.id::text as id,
    d.provider || ' ' || d.provider_ref as which,
    case
      when d.status = 'lost' then format(
        'The buyer has %s back. Decide about what they bought: order %s.', ops.money(d.amount_minor, d.currency),
        coalesce(o.number::text, '(none)')
      )
      else format(
        'A buyer disputes %s (%s). Unanswered it is lost%s.', ops.money(d.amount_minor, d.currency),
        coalesce(d.reason, 'no reason given'), coalesce(' after ' || ops.iso_utc(d.evidence_due_at), '')
      )
    end as why,
    d.updated_at as since,
    case
      when d.status = 'lost' then ops.remedy(
        'Notes what was decided. It changes nothing about the order; do that first.',
        format('select ops.acknowledge(''dispute lost'', %L, ''<why>'')', d.id),
        'first stops a parcel that was not sent yet.',
        case when o.id is not null then format('update public.fulfillments set status = ''cancelled'' where order_id '
          '= %L '
          'and status in (''pending'', ''packed'')', o.id) end
      )
      else ops.remedy(
        format('First answer it in the dashboard of %s, whose webhook closes it here. This fetches that, if it did not '
          'arrive.', d.provider), format('select inbox.reconcile(%L)', d.provider)
      )
    end as remedy
  from public.disputes d
  join public.payments p on p.id = d.payment_id
  left join public.orders o on o.id = commerce.order_of(p)
  where d.status in ('needs_response', 'lost')
    and not (d.status = 'lost' and ops.is_acknowledged('dispute lost', d.id::text));
comment on view ops.attention_disputes is
  'For ops.attention: disputes that wait for evidence, and lost ones that nobody has acknowledged.';
