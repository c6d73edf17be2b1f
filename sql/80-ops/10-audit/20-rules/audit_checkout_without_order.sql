create view ops.audit_checkout_without_order (what, id, which, why, remedy) with (security_invoker = on) as
select 'completed checkout without an order', s.id::text, 'checkout of ' || s.email,
  'It says that it was paid, and no order was made.',
  'see its payments: ' || format('select * from public.payments where checkout_session_id = %L', s.id)
from public.checkout_sessions s
where s.status = 'payment_completed'
  and not exists (select 1 from public.orders o where o.checkout_session_id = s.id);
comment on view ops.audit_checkout_without_order is
  'A rule of ops.inconsistencies: a checkout that is completed has its order.';
