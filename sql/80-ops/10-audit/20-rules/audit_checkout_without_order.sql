create view ops.audit_checkout_without_order (what, id, which, why, remedy) with (security_invoker = on) as
select 'completed checkout without an order', s.id::text, 'checkout of ' || s.email,
  'It says that it was paid, and no order was made.',
  case
    when exists (
      select 1 from public.payments p
      where p.checkout_session_id = s.id and p.captured_at is not null and p.status <> 'refunded'
    ) then ops.remedy(
      'Makes the order of its captured payment.',
      format('select commerce.make_order(p, s) from public.payments p join public.checkout_sessions s on '
        's.id = p.checkout_session_id where s.id = %L and p.captured_at is not null and p.status <> ''refunded'' '
        'order by p.captured_at limit 1', s.id)
    )
    else ops.remedy(
      'Sets it back to what its payments say: none of them was captured.',
      format(E'update public.checkout_sessions set status = ''payment_pending'', completed_at = null where id = %1$L;\n'
        'select commerce.refresh_checkout(%1$L)', s.id)
    )
  end
from public.checkout_sessions s
where s.status = 'payment_completed'
  and not exists (select 1 from public.orders o where o.checkout_session_id = s.id);
comment on view ops.audit_checkout_without_order is
  'A rule of ops.inconsistencies: a checkout that is completed has its order.';
