create view ops.audit_stock_taken (what, id, which, why, remedy) with (security_invoker = on) as
select 'stock taken without an order', r.id::text, p.sku, format('%s are sold to nobody.', r.quantity),
  ops.remedy(
    'Puts it on sale again.',
    format(E'update public.stock_reservations set status = ''held'' where id = %L;\nselect commerce.release_stock(%L)',
      r.id, r.checkout_session_id)
  )
from public.stock_reservations r
join public.products p on p.id = r.product_id
where r.status = 'taken'
  and not exists (select 1 from public.orders o where o.checkout_session_id = r.checkout_session_id);
comment on view ops.audit_stock_taken is
  'A rule of ops.inconsistencies: what is taken from stock is in an order.';
