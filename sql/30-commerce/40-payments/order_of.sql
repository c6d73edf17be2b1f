create function commerce.order_of(payment public.payments) returns uuid
language plpgsql stable
set search_path = ''
as $$
declare
  v_order uuid;
begin
  select o.id into v_order from public.orders o where o.payment_id = payment.id;
  if v_order is null and payment.part_of is not null and payment.captured_at is not null then
    select o.id into v_order
    from public.orders o
    join public.payments m on m.id = o.payment_id and m.provider = payment.provider and m.part_of = payment.part_of
    where o.checkout_session_id = payment.checkout_session_id;
  end if;
  return v_order;
end
$$;
comment on function commerce.order_of(public.payments) is
  'The order that a payment pays, alone or as one of several parts. Null: none.';
