create view ops.audit_payment_without_order (what, id, which, why, remedy) with (security_invoker = on) as
select 'captured payment without an order', p.id::text, p.provider || ' ' || p.provider_ref,
  format('The buyer paid %s, and gets nothing.', ops.money(p.amount_minor, p.currency)),
  ops.remedy(
    'Makes its order.',
    format(
      'select commerce.make_order(p, s) from public.payments p '
      'join public.checkout_sessions s on s.id = p.checkout_session_id where p.id = %L', p.id
    )
  )
from public.payments p
where p.captured_at is not null and p.checkout_session_id is not null
  and not p.needs_review and p.reviewed_at is null and p.status <> 'refunded'
  and not exists (select 1 from public.orders o where o.payment_id = p.id)
  -- A single part makes none.
  and (p.part_of is null or (
    commerce.order_of(p) is null
    and commerce.captured_in_parts(p) >= (
      select s.total_minor from public.checkout_sessions s where s.id = p.checkout_session_id
    )
  ));
comment on view ops.audit_payment_without_order is
  'A rule of ops.inconsistencies: a payment captured for a checkout has made its order.';
