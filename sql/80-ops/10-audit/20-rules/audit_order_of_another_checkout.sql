create view ops.audit_order_of_another_checkout (what, id, which, why, remedy) with (security_invoker = on) as
select 'order of another checkout than its payment', o.id::text, 'order ' || o.number,
  format(
    'It is of checkout %s, its payment is for %s.', o.checkout_session_id, coalesce(p.checkout_session_id::text, 'none')
  ),
  ops.remedy(
    'Notes what was decided, after it was found out, by the two checkouts, what the buyer paid for.',
    format('select ops.acknowledge(''order of another checkout than its payment'', %L, ''<why>'')', o.id),
    refund.does, refund.statement
  )
from public.orders o
join public.payments p on p.id = o.payment_id
cross join ops.refund_statement(p) refund
where p.checkout_session_id is distinct from o.checkout_session_id;
comment on view ops.audit_order_of_another_checkout is
  'A rule of ops.inconsistencies: an order and its payment are of one checkout.';
