create view ops.audit_stock_held (what, id, which, why, remedy) with (security_invoker = on) as
select 'stock held for a checkout that has ended', s.id::text, 'checkout of ' || s.email,
  format('It is %s, and what it held is not on sale again.', s.status),
  case
    when s.status = 'payment_completed' then
      ops.remedy('Takes it for its order.', format('select commerce.take_stock(%L)', s.id))
    else ops.remedy('Puts it on sale again.', format('select commerce.release_stock(%L)', s.id))
  end
from public.checkout_sessions s
where s.status in ('payment_failed', 'expired', 'payment_completed')
  and s.id in (select r.checkout_session_id from public.stock_reservations r where r.status = 'held');
comment on view ops.audit_stock_held is
  'A rule of ops.inconsistencies: no stock is held for a checkout that has ended.';
