create view ops.audit_stock_ledger (what, id, which, why, remedy) with (security_invoker = on) as
select 'stock and its ledger differ', p.id::text, p.sku,
  format(
    'There are %s to sell, the ledger says %s.', coalesce(p.stock::text, 'any number'), coalesce(m.quantity, 0)
  ),
  -- Sales use the stock; the ledger follows.
  ops.remedy(
    'Books the difference in the ledger. What is in the shelf counts: if that is another number, set products.stock.',
    format(
      'insert into public.stock_movements (product_id, quantity, reason, note) '
      'values (%L, %s, ''corrected'', ''after an audit'')', p.id, coalesce(p.stock, 0) - coalesce(m.quantity, 0)
    )
  )
from public.products p
left join (
  select l.product_id, sum(l.quantity) as quantity from public.stock_movements l group by 1
) m on m.product_id = p.id
where coalesce(p.stock, 0) <> coalesce(m.quantity, 0);
comment on view ops.audit_stock_ledger is
  'A rule of ops.inconsistencies: the stock of a product is the sum of its movements.';
