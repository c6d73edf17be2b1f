create view ops.audit_order_without_money (what, id, which, why, remedy) with (security_invoker = on) as
select 'order without captured money', o.id::text, 'order ' || o.number,
  format('Its payment %s %s is %s.', p.provider, p.provider_ref, p.status),
  ops.remedy(
    format('Asks %s how the payment stands. Do not fulfil it before.', p.provider),
    format('select inbox.reconcile(%L)', p.provider),
    'stops its parcel, when it will not be paid.',
    format('update public.fulfillments set status = ''cancelled'' where order_id = %1$L and '
      'ops.decide(''stop a parcel'', %1$L, ''<why>'')', o.id)
  )
from public.orders o
join public.payments p on p.id = o.payment_id
where p.captured_at is null;
comment on view ops.audit_order_without_money is
  'A rule of ops.inconsistencies: the payment of an order was captured.';
