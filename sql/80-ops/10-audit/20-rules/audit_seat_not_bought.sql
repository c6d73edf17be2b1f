create view ops.audit_seat_not_bought (what, id, which, why, remedy) with (security_invoker = on) as
select 'seat that nothing bought', e.id::text, e.email,
  case
    when o.status = 'refunded' then format('Order %s, which bought it, was refunded.', o.number)
    else format('Order %s, which it names, bought something else.', o.number)
  end,
  ops.remedy(
    'Takes the seat back.', format('update public.enrollments set status = ''cancelled'' where id = %L', e.id),
    'leaves it as a gift.',
    format('update public.enrollments set order_item_id = null where id = %1$L and ops.decide(''give a seat'', %1$L, '
      '''<why>'')', e.id)
  )
from public.enrollments e
join public.order_items i on i.id = e.order_item_id
join public.orders o on o.id = i.order_id
where e.status = 'active' and (o.status = 'refunded' or i.cohort_id is distinct from e.cohort_id);
comment on view ops.audit_seat_not_bought is
  'A rule of ops.inconsistencies: a seat that names an order was bought by it, and the order was not refunded.';
