create view ops.audit_order_of_another_checkout (what, id, which, why, remedy) with (security_invoker = on) as
select 'order of another checkout than its payment', o.id::text, 'order ' || o.number,
  format(
    'It is of checkout %s, its payment is for %s.', o.checkout_session_id, coalesce(p.checkout_session_id::text, 'none')
  ),
  'find out what the buyer paid for, by the two checkouts; refund what was not meant'
from public.orders o
join public.payments p on p.id = o.payment_id
where p.checkout_session_id is distinct from o.checkout_session_id;
comment on view ops.audit_order_of_another_checkout is
  'A rule of ops.inconsistencies: an order and its payment are of one checkout.';
