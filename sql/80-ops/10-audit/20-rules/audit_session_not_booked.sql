create view ops.audit_session_not_booked (what, id, which, why, remedy) with (security_invoker = on) as
select 'session bought and not booked', b.item_id::text, format('%s of order %s', b.sku, b.number),
  format('%s paid for it and has no appointment by it.', b.email),
  ops.remedy('Books the session.', format('select commerce.fulfil_services(%L)', b.order_id))
from ops.bought_items b
where b.kind = 'tutoring_session' and b.status = 'confirmed' and not b.settled_without_stock
  and not exists (
    select 1 from public.tutoring_sessions s where s.order_item_id = b.item_id and not s.cancelled_by_refund
  );
comment on view ops.audit_session_not_booked is
  'A rule of ops.inconsistencies: the buyer of a session has an appointment.';
