create view ops.audit_order_of_open_checkout (what, id, which, why, remedy) with (security_invoker = on) as
select 'order of a checkout that is not completed', o.id::text, 'order ' || o.number,
  format('Its checkout is %s.', s.status),
  'its buyer could pay again; see the checkout: '
    || format('select * from public.checkout_sessions where id = %L', s.id)
from public.orders o
join public.checkout_sessions s on s.id = o.checkout_session_id
where s.status <> 'payment_completed';
comment on view ops.audit_order_of_open_checkout is
  'A rule of ops.inconsistencies: the checkout of an order is completed.';
