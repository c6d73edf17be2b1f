-- The only place that decides that a payment is captured. The final row depends on the set of facts only, not on their
-- order: the highest status wins, the earliest capture, the latest failure, and of two amounts for one status the one
-- that the checkout asks for, else the greater.
create function commerce.advance_payment(payment public.payments, checkout public.checkout_sessions, provider text,
  fact jsonb) returns public.payments
language plpgsql
set search_path = ''
as $$
declare
  v_status public.payment_status := split_part(fact ->> 'type', '.', 2);
  v_at timestamptz := fact ->> 'occurred_at';
  v_amount bigint := fact ->> 'amount_minor';
  v_currency text := fact ->> 'currency';
  v public.payments := payment;
  v_breakdown public.payments;
begin
  if v.id is null then
    v.id := ops.uuid7();
    v.provider := advance_payment.provider;
    v.provider_ref := fact ->> 'provider_ref';
    v.status := v_status;
    v.amount_minor := v_amount;
    v.currency := v_currency;
    v.refunded_minor := 0;
    v.needs_review := false;
  end if;
  v.checkout_session_id := checkout.id;
  v.user_id := checkout.user_id;

  if v_status > v.status then
    v.status := v_status;
    v.amount_minor := v_amount;
    v.currency := v_currency;
  elsif v_status = v.status or (v_status = 'captured' and v.status > 'captured') then
    if (v.amount_minor, v.currency) is distinct from (checkout.total_minor, checkout.currency)
      and ((v_amount, v_currency) = (checkout.total_minor, checkout.currency)
        or (v_amount, v_currency) > (v.amount_minor, v.currency)) then
      v.amount_minor := v_amount;
      v.currency := v_currency;
    end if;
  end if;
  if v_status = 'captured' then
    v.captured_at := least(v.captured_at, v_at);
  elsif v_status = 'failed' and (
    v.failed_at is null
    or (v_at, coalesce(fact ->> 'failure_code', ''), coalesce(fact ->> 'failure_message', ''))
      > (v.failed_at, coalesce(v.failure_code, ''), coalesce(v.failure_message, ''))
  ) then
    v.failed_at := v_at;
    v.failure_code := fact ->> 'failure_code';
    v.failure_message := fact ->> 'failure_message';
  end if;
  v.email := least(v.email, lower(fact ->> 'email'));
  v.customer_ref := least(v.customer_ref, fact ->> 'customer_ref');
  v.membership_ref := least(v.membership_ref, fact ->> 'membership_ref');
  if jsonb_typeof(fact -> 'credits') = 'object' and (v.credits, v.credit_pack_ref) is distinct from least(
    (v.credits, v.credit_pack_ref), ((fact -> 'credits' ->> 'credits')::integer, fact -> 'credits' ->> 'pack_ref')
  ) then
    v.credits := fact -> 'credits' ->> 'credits';
    v.credit_pack_ref := fact -> 'credits' ->> 'pack_ref';
  end if;

  v.part_of := least(v.part_of, fact ->> 'part_of');
  v.is_last_part := greatest(v.is_last_part, (fact ->> 'is_last_part')::boolean);
  if jsonb_typeof(fact -> 'breakdown') = 'object' then
    v_breakdown := jsonb_populate_record(null::public.payments, fact -> 'breakdown');
    if (v_breakdown.subtotal_minor, v_breakdown.tax_minor, v_breakdown.shipping_minor, v_breakdown.discount_minor)
      > (coalesce(v.subtotal_minor, -1), coalesce(v.tax_minor, -1), coalesce(v.shipping_minor, -1),
        coalesce(v.discount_minor, -1)) then
      v.subtotal_minor := v_breakdown.subtotal_minor;
      v.tax_minor := v_breakdown.tax_minor;
      v.shipping_minor := v_breakdown.shipping_minor;
      v.discount_minor := v_breakdown.discount_minor;
    end if;
  end if;

  v.review_reason := commerce.review_reason(v, checkout);
  v.needs_review := v.review_reason is not null;
  return v;
end
$$;
comment on function commerce.advance_payment(public.payments, public.checkout_sessions, text, jsonb) is
  'A payment as it is after a payment.* fact; null as payment: a new one. A captured amount or currency that differs '
  'from the checkout''s needs review, unless the provider''s tax, shipping and discount explain it '
  '(commerce.is_explained), or further parts are expected (commerce.parts_of).';
