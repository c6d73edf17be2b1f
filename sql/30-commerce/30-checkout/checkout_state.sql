create function commerce.checkout_state(checkout public.checkout_sessions) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_order public.orders;
begin
  select o.* into v_order from public.orders o where o.checkout_session_id = checkout.id;
  return case
    when v_order.status = 'refunded' then 'refunded'
    when v_order.id is not null then 'paid'
    when exists (
      select 1 from public.payments p where p.checkout_session_id = checkout.id and p.needs_review
    ) then 'in_review'
    when checkout.status = 'payment_pending' then 'processing'
    when checkout.cancelled_at is not null then 'cancelled'
    when checkout.status = 'payment_failed' then 'failed'
    when checkout.status = 'expired' then 'expired'
    else 'open'
  end;
end
$$;
comment on function commerce.checkout_state(public.checkout_sessions) is
  'How a checkout stands, in the words that buyers'' pages get: open, processing, paid, in_review, failed, cancelled, '
  'expired or refunded.';
