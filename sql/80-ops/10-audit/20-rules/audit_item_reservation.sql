create view ops.audit_item_reservation (what, id, which, why, remedy) with (security_invoker = on) as
select 'sold and not taken from what there is', b.item_id::text, format('%s of order %s', b.sku, b.number),
  case
    when b.reservation is null then 'Nothing was reserved for it.' else format('Its reservation is %s.', b.reservation)
  end,
  ops.remedy(
    'Takes it from stock now. Refused while there is none: raise products.stock first.',
    format(E'update public.orders set status = ''needs_attention'', attention_reason = ''An audit found it.'' '
      'where id = %1$L;\nselect commerce.settle_order(%1$L)', b.order_id),
    'leaves the stock as it is: the buyer gets it another way.',
    format('update public.order_items set settled_without_stock = true where id = %1$L and '
      'ops.decide(''settle without stock'', %1$L, ''<why>'')', b.item_id)
  )
from ops.bought_items b
where b.status = 'confirmed' and not b.settled_without_stock and b.reservation is distinct from 'taken'
  and (b.reservation is not null or exists (
    select 1
    from public.checkout_items c
    join public.order_items i on i.id = b.item_id
    where c.checkout_session_id = b.checkout_session_id and c.product_id = i.product_id
      and c.starts_at is not distinct from i.starts_at and c.reserved
  ));
comment on view ops.audit_item_reservation is
  'A rule of ops.inconsistencies: what a confirmed order sold was taken from stock.';
