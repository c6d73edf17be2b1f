create view ops.audit_goods_without_parcel (what, id, which, why, remedy) with (security_invoker = on) as
select 'goods bought and no parcel', b.order_id::text, 'order ' || b.number,
  'The buyer paid for goods, and they cannot be sent: there is no parcel.',
  ops.remedy('Adds its parcel, to be packed.',
    format('insert into public.fulfillments (order_id) values (%L)', b.order_id))
from (select distinct b.order_id, b.number from ops.bought_items b where b.kind = 'goods') b
where not exists (select 1 from public.fulfillments f where f.order_id = b.order_id);
comment on view ops.audit_goods_without_parcel is
  'A rule of ops.inconsistencies: goods that were bought have a parcel.';
