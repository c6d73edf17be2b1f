create view ops.audit_parcel_of_refunded_order (what, id, which, why, remedy) with (security_invoker = on) as
select 'parcel of a refunded order', f.id::text, 'order ' || o.number,
  format('It was refunded, and its parcel is %s.', f.status),
  ops.remedy('Stops the parcel.', format('update public.fulfillments set status = ''cancelled'' where id = %L', f.id))
from public.fulfillments f
join public.orders o on o.id = f.order_id
where f.status in ('pending', 'packed') and o.status = 'refunded';
comment on view ops.audit_parcel_of_refunded_order is
  'A rule of ops.inconsistencies: no parcel of a refunded order waits to be sent.';
