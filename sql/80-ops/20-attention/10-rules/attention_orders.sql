create view ops.attention_orders with (security_invoker = on) as
  select 'order needs attention' as what, o.id::text as id, 'order ' || o.number as which,
    format('%s The buyer paid %s and waits.', rtrim(o.attention_reason), ops.money(o.total_minor, o.currency)) as why,
    o.created_at as since,
    ops.remedy(
      'Takes what is in stock (or free) by now, and confirms the order. Refused while there is none: raise '
      'products.stock, or the cohort''s capacity, first.',
      format('select commerce.settle_order(%L)', o.id),
      'confirms it without taking stock: the buyer gets it another way, and was told.',
      format('select commerce.settle_order(%L, without_stock => true, reason => ''<why>'')', o.id),
      refund.does, refund.statement
    ) as remedy
  from public.orders o
  join public.payments p on p.id = o.payment_id
  cross join ops.refund_statement(p) refund
  where o.status = 'needs_attention';
comment on view ops.attention_orders is 'For ops.attention: orders that were paid and cannot be fulfilled.';
