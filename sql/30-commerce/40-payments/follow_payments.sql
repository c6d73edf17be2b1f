create function commerce.follow_payments(payments public.payments[], checkouts public.checkout_sessions[])
  returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_checkout public.checkout_sessions;
  v_whole public.payments;
  v_wholes public.payments[];
  v_paid public.checkout_sessions[];
begin
  for i in 1 .. cardinality(payments) loop
    v_payment := payments[i];
    v_checkout := checkouts[i];
    continue when v_checkout.id is null;
    if v_payment.captured_at is not null and not v_payment.needs_review and v_payment.reviewed_at is null
      and v_payment.status <> 'refunded'
      and (v_checkout.status <> 'payment_completed' or commerce.order_of(v_payment) is null)
      and (
        v_payment.part_of is null or commerce.is_explained(v_payment, v_checkout)
        or (v_payment.currency = v_checkout.currency
          and commerce.captured_in_parts(v_payment) = v_checkout.total_minor)
      ) then
      v_whole := v_payment;
      if v_payment.part_of is not null then
        -- The order names one of them, always the same.
        select p.* into v_whole from public.payments p
        where p.id = v_payment.id
          or p.id in (select o.id from commerce.parts_of(v_payment) o where o.status <> 'refunded')
        order by p.amount_minor desc, p.provider_ref
        limit 1;
      end if;
      v_wholes := v_wholes || v_whole;
      v_paid := v_paid || v_checkout;
    elsif v_payment.subtotal_minor is not null or v_checkout.status <> 'payment_completed' then
      perform inbox.set_cause(v_payment.id);
      perform commerce.sync_order(v_payment);
      perform commerce.refresh_checkout(v_checkout.id);
    end if;
  end loop;
  if v_wholes is not null then
    perform commerce.make_orders(v_wholes, v_paid);
  end if;
  for i in 1 .. cardinality(payments) loop
    if payments[i].part_of is not null and checkouts[i].id is not null then
      perform inbox.set_cause(payments[i].id);
      perform commerce.review_parts(payments[i], checkouts[i]);
    end if;
  end loop;
end
$$;
comment on function commerce.follow_payments(public.payments[], public.checkout_sessions[]) is
  'Updates the checkouts of payments, each of another one: makes the order, once the payment is captured, needs no '
  'review and all its parts are here; else updates the status. The caller holds the rows of both, and passes them as '
  'they are now.';
