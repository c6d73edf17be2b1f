create function commerce.refresh_payment(payment_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_succeeded bigint;
  v_undone bigint;
  v_disputed boolean;
  v_refunded bigint;
  v_status public.payment_status;
  v_reason text;
  v_checkout public.checkout_sessions;
  v_order record;
begin
  select p.* into v_payment from public.payments p where p.id = refresh_payment.payment_id;
  select coalesce(sum(r.amount_minor) filter (where r.status = 'succeeded'), 0),
         coalesce(sum(r.amount_minor) filter (where r.status in ('failed', 'cancelled')), 0)
  into v_succeeded, v_undone
  from public.refunds r
  where r.payment_id = v_payment.id and r.currency = v_payment.currency;
  select exists (
    select 1 from public.disputes d where d.payment_id = v_payment.id
    and d.status in ('needs_response', 'under_review', 'lost')
  ) into v_disputed;

  -- The reported total includes refunds without a received event of their own, but also those that failed since.
  v_refunded := greatest(v_succeeded, v_payment.reported_refunded_minor - v_undone);
  v_status := case
    when v_refunded > 0 and v_refunded >= v_payment.amount_minor then 'refunded'
    when v_disputed then 'disputed'
    when v_refunded > 0 then 'partially_refunded'
    else 'captured'
  end;
  v_payment.status := v_status;
  select s.* into v_checkout from public.checkout_sessions s
    where s.id = v_payment.checkout_session_id for no key update;
  v_reason := commerce.review_reason(v_payment, v_checkout);
  v_payment.needs_review := v_reason is not null;
  update public.payments p
  set refunded_minor = v_refunded, status = v_status, needs_review = v_reason is not null, review_reason = v_reason
  where p.id = v_payment.id and (p.refunded_minor, p.status, p.review_reason) is distinct from (v_refunded, v_status,
    v_reason);

  perform community.settle_credits(v_payment);
  -- It may have been refunded before its checkout was known: when that refund fails, its order must still be made.
  perform commerce.follow_payment(v_payment, v_checkout);

  select o.id, o.status as before, case
      when v_status = 'refunded' and not exists (select 1 from commerce.parts_of(v_payment) r
        where r.status <> 'refunded') then 'refunded'
      when o.attention_reason is not null then 'needs_attention'
      else 'confirmed'
    end::public.order_status as status
  into v_order
  from public.orders o where o.id = commerce.order_of(v_payment) for no key update;
  if v_order.before <> v_order.status then
    update public.orders o set status = v_order.status where o.id = v_order.id;
    if 'refunded' in (v_order.before, v_order.status) then
      perform commerce.settle_services(v_order.id, v_order.status = 'refunded');
      perform community.settle_credits(m) from public.orders o join public.payments m on m.id = o.payment_id
      where o.id = v_order.id and m.id <> v_payment.id;
    end if;
  end if;
  perform commerce.settle_restock(v_payment);
end
$$;
comment on function commerce.refresh_payment(uuid) is
  'Recomputes the status of a captured payment and its order, from its refunds and disputes. The caller holds the '
  'payment''s row.';
