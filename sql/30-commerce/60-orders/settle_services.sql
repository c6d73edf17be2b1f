create function commerce.settle_services(order_id uuid, refunded boolean) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_order public.orders;
  v_missing text;
begin
  if settle_services.refunded then
    update public.fulfillments f set status = 'cancelled', cancelled_by_refund = true
    where f.order_id = settle_services.order_id and f.status in ('pending', 'packed');
    perform learning.settle_enrolments(settle_services.order_id, true);
    perform tutoring.settle_bookings(settle_services.order_id, true);
    return;
  end if;

  -- What was cancelled may have been sold to others meanwhile.
  perform commerce.lock_seats(array[o.checkout_session_id]) from public.orders o where o.id = settle_services.order_id;
  perform 1
  from public.products p
  where p.id in (select i.product_id from public.order_items i where i.order_id = settle_services.order_id)
  order by p.id
  for no key update;
  perform learning.settle_enrolments(settle_services.order_id, false);
  perform tutoring.settle_bookings(settle_services.order_id, false);
  select o.* into v_order from public.orders o where o.id = settle_services.order_id;
  if v_order.attention_reason is null then
    -- An item that was missing when it was paid, and was settled by the refund, is missing again.
    v_missing := concat_ws(' ', commerce.take_stock(v_order.checkout_session_id), commerce.fulfil_services(v_order.id));
  end if;
  v_missing := concat_ws(' ', nullif(v_missing, ''), commerce.unrestock(v_order.id));
  update public.fulfillments f set status = 'pending'
  where f.order_id = v_order.id and f.cancelled_by_refund
    and not exists (select 1 from public.order_items i where i.order_id = v_order.id and i.restocked > 0);
  if v_missing <> '' then
    update public.orders o set status = 'needs_attention', attention_reason = concat_ws(' ', o.attention_reason,
      v_missing)
    where o.id = v_order.id;
  end if;
end
$$;
comment on function commerce.settle_services(uuid, boolean) is
  'An order was refunded in full, or that refund failed after all: what was not sent, not begun and not held yet is '
  'cancelled, or reinstated; what cannot be reinstated needs attention. Credits: community.settle_credits. Goods go '
  'back on sale by choice: commerce.restock.';
