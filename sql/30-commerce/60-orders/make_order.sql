create function commerce.make_order(payment public.payments, checkout public.checkout_sessions) returns uuid
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_attention text;
  v_order uuid;
  v_services boolean;
  v_trouble text;
  v_explained boolean := coalesce(commerce.is_explained(payment, checkout), false);
begin
  update public.checkout_sessions s set status = 'payment_completed', completed_at = now() where s.id = checkout.id;
  v_attention := commerce.take_stock(checkout.id);

  -- One statement, so that the order's message already sees its items.
  with made as (
    insert into public.orders (
      payment_id, checkout_session_id, user_id, email, status, total_minor, tax_minor, shipping_minor, discount_minor,
      currency, attention_reason
    )
    values (
      payment.id, checkout.id, checkout.user_id, checkout.email,
      case when v_attention is null then 'confirmed' else 'needs_attention' end::public.order_status,
      case when v_explained then payment.amount_minor else checkout.total_minor end,
      case when v_explained then payment.tax_minor else 0 end,
      case when v_explained then payment.shipping_minor else 0 end,
      case when v_explained then payment.discount_minor else 0 end,
      checkout.currency, v_attention
    )
    returning id
  ), items as (
    insert into public.order_items (order_id, product_id, quantity, sku, name, unit_price_minor, kind, cohort_id,
      credits, starts_at)
    select made.id, i.product_id, i.quantity, i.sku, i.name, i.unit_price_minor, i.kind, i.cohort_id, i.credits,
      i.starts_at
    from made, public.checkout_items i
    where i.checkout_session_id = checkout.id
    returning order_items.order_id, order_items.kind
  ), parcel as (
    insert into public.fulfillments (order_id) select distinct items.order_id from items where items.kind = 'goods'
  )
  select made.id, exists (select 1 from items where items.kind <> 'goods') into v_order, v_services from made;
  if v_services then
    v_trouble := commerce.fulfil_services(v_order);
    update public.orders o set status = 'needs_attention', attention_reason = concat_ws(' ', o.attention_reason,
      v_trouble)
    where o.id = v_order and v_trouble is not null;
  end if;
  return v_order;
end
$$;
comment on function commerce.make_order(public.payments, public.checkout_sessions) is
  'A captured payment makes its one order: the checkout is completed, the reserved stock taken, and each item '
  'fulfilled by its kind. When stock is missing the order needs_attention. The caller holds the rows of both.';
