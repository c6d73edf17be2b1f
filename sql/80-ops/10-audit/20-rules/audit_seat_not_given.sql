create view ops.audit_seat_not_given (what, id, which, why, remedy) with (security_invoker = on) as
select 'seat bought and not given', b.item_id::text, format('%s of order %s', b.sku, b.number),
  format('%s paid for it and is not enrolled by it.', b.email),
  ops.remedy('Enrols the buyer.', format('select commerce.fulfil_services(%L)', b.order_id))
from ops.bought_items b
where b.kind = 'cohort_seat' and b.status = 'confirmed' and not b.settled_without_stock
  and not exists (
    select 1 from public.enrollments e where e.order_item_id = b.item_id and not e.cancelled_by_refund
  )
  -- Cancelled by hand, and bought again: the later purchase got the seat, whatever happened to that one.
  and not exists (
    select 1 from ops.bought_items n
    where n.cohort_id = b.cohort_id and n.email = b.email and n.item_id > b.item_id and n.reservation = 'taken'
  );
comment on view ops.audit_seat_not_given is 'A rule of ops.inconsistencies: the buyer of a seat is enrolled.';
