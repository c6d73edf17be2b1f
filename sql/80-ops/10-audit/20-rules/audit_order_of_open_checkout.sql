create view ops.audit_order_of_open_checkout (what, id, which, why, remedy) with (security_invoker = on) as
select 'order of a checkout that is not completed', o.id::text, 'order ' || o.number,
  format('Its checkout is %s.', s.status),
  ops.remedy('Completes it, so that its buyer cannot pay again.',
    format('update public.checkout_sessions set status = ''payment_completed'', completed_at = now() where id = %L',
      s.id))
from public.orders o
join public.checkout_sessions s on s.id = o.checkout_session_id
where s.status <> 'payment_completed';
comment on view ops.audit_order_of_open_checkout is
  'A rule of ops.inconsistencies: the checkout of an order is completed.';
