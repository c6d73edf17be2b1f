create function commerce.settle_restock(payment public.payments) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_order uuid;
begin
  select o.id into v_order
  from public.orders o
  where o.id = commerce.order_of(payment) and o.status = 'refunded'
    and exists (
      select 1 from public.refund_requests q
      where (q.payment_id = payment.id or q.payment_id in (select p.id from commerce.parts_of(payment) p))
        and q.restock and q.status = 'sent'
        -- The choice to restock belongs to the refund that failed, not to the next one.
        and not exists (
          select 1 from public.refunds r
          where r.payment_id = q.payment_id and r.provider_ref = q.provider_ref and r.status in ('failed', 'cancelled')
        )
    );
  if found then
    perform commerce.restock(v_order, note => 'refunded');
  end if;
end
$$;
comment on function commerce.settle_restock(public.payments) is
  'After a payment, and every other payment of its order, was refunded in full: puts the goods of the order back on '
  'sale, if the admin who requested the refund chose so. Done once.';
