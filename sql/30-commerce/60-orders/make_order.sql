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
  v_added record;
begin
  update public.checkout_sessions s set status = 'payment_completed', completed_at = now() where s.id = checkout.id;
  v_attention := nullif(concat_ws(' ', commerce.take_stock(checkout.id),
    commerce.move_discount(checkout.id, 'taken'), commerce.recipient_trouble(checkout)), '');
  select a.* into v_added from commerce.provider_adjustments(payment, checkout) a where v_explained;

  -- One statement, so that the order's message already sees its items.
  with made as (
    insert into public.orders (
      payment_id, checkout_session_id, user_id, email, status, total_minor, tax_minor, shipping_minor, discount_minor,
      discount_code, currency, shipping_address, recipient_name, recipient_phone, attention_reason
    )
    values (
      payment.id, checkout.id, checkout.user_id, checkout.email,
      case when v_attention is null then 'confirmed' else 'needs_attention' end::public.order_status,
      case when v_explained then payment.amount_minor else checkout.total_minor end,
      checkout.tax_minor + coalesce(v_added.tax_minor, 0),
      checkout.shipping_minor + coalesce(v_added.shipping_minor, 0),
      checkout.discount_minor + coalesce(v_added.discount_minor, 0),
      checkout.discount_code, checkout.currency, checkout.shipping_address, checkout.recipient_name,
      checkout.recipient_phone, v_attention
    )
    returning id
  ), items as (
    insert into public.order_items (order_id, product_id, quantity, sku, name, unit_price_minor, kind, cohort_id,
      credits, starts_at, ships, discount_minor)
    select made.id, i.product_id, i.quantity, i.sku, i.name, i.unit_price_minor, i.kind, i.cohort_id, i.credits,
      i.starts_at, i.ships, i.discount_minor
    from made, public.checkout_items i
    where i.checkout_session_id = checkout.id
    returning order_items.order_id, order_items.kind, order_items.ships
  ), parcel as (
    insert into public.fulfillments (order_id, shipping_address, recipient_name, recipient_phone)
    select distinct items.order_id, checkout.shipping_address, checkout.recipient_name, checkout.recipient_phone
    from items where items.kind = 'goods' and items.ships
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
