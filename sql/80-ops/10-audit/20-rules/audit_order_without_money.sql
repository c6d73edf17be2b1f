create view ops.audit_order_without_money (what, id, which, why, remedy) with (security_invoker = on) as
select 'order without captured money', o.id::text, 'order ' || o.number,
  format('Its payment %s %s is %s.', p.provider, p.provider_ref, p.status),
  'do not fulfil it; ask the provider how the payment stands: select inbox.reconcile_all()'
from public.orders o
join public.payments p on p.id = o.payment_id
where p.captured_at is null;
comment on view ops.audit_order_without_money is
  'A rule of ops.inconsistencies: the payment of an order was captured.';
