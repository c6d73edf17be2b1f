-- The only place that decides that a payment is captured. The final row depends on the set of facts only, not on their
-- order: the highest status wins, the earliest capture, the latest failure, and of two amounts for one status the one
-- that the checkout asks for, else the greater.
create function commerce.apply_payment(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_status public.payment_status := split_part(fact ->> 'type', '.', 2);
  v_at timestamptz := fact ->> 'occurred_at';
  v_amount bigint := fact ->> 'amount_minor';
  v_currency text := fact ->> 'currency';
  v_named uuid := fact ->> 'checkout_session_id';
  v_old public.payments;
  v public.payments;
  v_checkout public.checkout_sessions;
  v_breakdown public.payments;
begin
  select p.* into v_old
  from public.payments p
  where p.provider = apply_payment.provider and p.provider_ref = fact ->> 'provider_ref'
  for no key update;
  v := v_old;
  if v.id is null then
    v.id := ops.uuid7();
    v.provider := apply_payment.provider;
    v.provider_ref := fact ->> 'provider_ref';
    v.status := v_status;
    v.amount_minor := v_amount;
    v.currency := v_currency;
    v.refunded_minor := 0;
    v.needs_review := false;
  end if;
  select s.* into v_checkout from public.checkout_sessions s where s.id = coalesce(v.checkout_session_id,
    v_named) for no key update;
  if fact ? 'recipient' then
    v_checkout := commerce.note_recipient(v_checkout, fact -> 'recipient');
  end if;
  v.checkout_session_id := v_checkout.id;
  v.user_id := v_checkout.user_id;

  if v_status > v.status then
    v.status := v_status;
    v.amount_minor := v_amount;
    v.currency := v_currency;
  elsif v_status = v.status or (v_status = 'captured' and v.status > 'captured') then
    if (v.amount_minor, v.currency) is distinct from (v_checkout.total_minor, v_checkout.currency)
      and ((v_amount, v_currency) = (v_checkout.total_minor, v_checkout.currency)
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

  v.review_reason := commerce.review_reason(v, v_checkout);
  v.needs_review := v.review_reason is not null;

  if v_old.id is null then
    insert into public.payments (
      id, provider, provider_ref, checkout_session_id, user_id, status, amount_minor, currency, needs_review,
      review_reason, email, customer_ref,
      membership_ref, credits, credit_pack_ref, failure_code, failure_message, failed_at, captured_at, part_of,
      is_last_part,
      subtotal_minor, tax_minor, shipping_minor, discount_minor
    )
    values (
      v.id, v.provider, v.provider_ref, v.checkout_session_id, v.user_id, v.status, v.amount_minor, v.currency,
      v.needs_review, v.review_reason,
      v.email, v.customer_ref, v.membership_ref, v.credits, v.credit_pack_ref, v.failure_code, v.failure_message,
      v.failed_at, v.captured_at,
      v.part_of, v.is_last_part, v.subtotal_minor, v.tax_minor, v.shipping_minor, v.discount_minor
    );
  elsif v is distinct from v_old then
    update public.payments p
    set checkout_session_id = v.checkout_session_id, user_id = v.user_id, status = v.status,
      amount_minor = v.amount_minor,
        currency = v.currency, needs_review = v.needs_review, review_reason = v.review_reason, email = v.email,
        customer_ref = v.customer_ref,
        membership_ref = v.membership_ref, credits = v.credits, credit_pack_ref = v.credit_pack_ref,
        failure_code = v.failure_code,
        failure_message = v.failure_message, failed_at = v.failed_at, captured_at = v.captured_at, part_of = v.part_of,
        is_last_part = v.is_last_part, subtotal_minor = v.subtotal_minor, tax_minor = v.tax_minor,
        shipping_minor = v.shipping_minor,
        discount_minor = v.discount_minor
    where p.id = v.id;
  end if;

  if v_old.captured_at is not null and v is distinct from v_old then
    -- A full refund of one amount may be a partial refund of another.
    perform commerce.refresh_payment(v.id);
    select p.* into v from public.payments p where p.id = v.id;
  end if;
  perform community.settle_credits(v);
  perform commerce.follow_payment(v, v_checkout);
end
$$;
comment on function commerce.apply_payment(text, jsonb) is
  'Applies a payment.* fact: creates or advances the payment, and with it the checkout, its stock and its order. A '
  'captured amount or currency that differs from the checkout''s needs review and is not fulfilled, unless the '
  'provider''s tax, shipping and discount explain it (commerce.is_explained), or further parts are expected '
  '(commerce.parts_of).';
