create view ops.audit_stock_held (what, id, which, why, remedy) with (security_invoker = on) as
select 'stock held for a checkout that has ended', s.id::text, 'checkout of ' || s.email,
  format('It is %s, and what it held is not on sale again.', s.status),
  case
    when s.status = 'payment_completed' then
      'see why its order did not take it: '
        || format('select * from public.stock_reservations where checkout_session_id = %L', s.id)
    else format('select commerce.release_stock(%L)', s.id)
  end
from public.checkout_sessions s
where s.status in ('payment_failed', 'expired', 'payment_completed')
  and s.id in (select r.checkout_session_id from public.stock_reservations r where r.status = 'held');
comment on view ops.audit_stock_held is
  'A rule of ops.inconsistencies: no stock is held for a checkout that has ended.';
