create function commerce.review_reason(payment public.payments, checkout public.checkout_sessions) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_order record;
  v_paid bigint := payment.amount_minor;
  v_all_came boolean := true;
  v_forbidden public.payment_adjustment[];
begin
  if payment.captured_at is null or payment.status = 'refunded' or payment.reviewed_at is not null then
    return null;
  end if;
  -- The common case first, without a query: it pays its open checkout in full.
  if payment.part_of is null and checkout.status <> 'payment_completed'
    and payment.currency = checkout.currency and payment.amount_minor = checkout.total_minor then
    return null;
  end if;
  if exists (select 1 from public.orders o where o.payment_id = payment.id) then
    return null;
  end if;
  if checkout.id is null then
    if payment.credits is not null and not community.buys_credits(payment) then
      return format(
        'It names the pack %s of %s, and no row of public.credit_packs sells that for %s or less at %s. If the '
        'pack is right, add it there: the credits follow. Else refund it at the provider; or commerce.close_review.',
        payment.credit_pack_ref, ops.counted(payment.credits, 'credit'),
        ops.money(payment.amount_minor, payment.currency), payment.provider
      );
    end if;
    if payment.membership_ref is not null or payment.credits is not null
      or community.pays_membership(payment.provider, payment.provider_ref) then
      return null; -- it paid a membership or credits, not a checkout
    end if;
    return
      'It names no checkout session of ours. Find out what it is for, and refund it at the provider if nothing; or '
      'commerce.close_review.';
  end if;
  if payment.part_of is not null then
    v_paid := commerce.captured_in_parts(payment);
    v_all_came := coalesce(payment.is_last_part, false)
      or exists (select 1 from commerce.parts_of(payment) p where p.is_last_part);
  end if;

  select o.number, (m.provider = payment.provider and m.part_of = payment.part_of) is true as is_its_own into v_order
  from public.orders o join public.payments m on m.id = o.payment_id
  where o.checkout_session_id = checkout.id;
  if v_order.is_its_own and payment.currency = checkout.currency and v_paid <= checkout.total_minor then
    return null;
  elsif v_order.number is not null then
    return format(
      'Its checkout was already paid by another payment (order %s). Refund this one: the order is the other''s.',
      v_order.number
    );
  end if;

  if payment.currency = checkout.currency and v_paid = checkout.total_minor then
    return null;
  end if;
  if commerce.is_explained(payment, checkout) then
    v_forbidden := commerce.forbidden_adjustments(payment, checkout);
    if v_forbidden = '{}' then
      return null;
    end if;
    return format(
      'Captured %s, and the checkout asks for %s: the provider worked out tax %s, shipping %s, '
      'discount %s, and %s is not allowed here. commerce.accept_payment fulfils it all the same; commerce.settings and '
      'products.provider_adjustments allow it for all.',
      ops.money(payment.amount_minor, payment.currency), ops.money(checkout.total_minor, checkout.currency),
      ops.money(payment.tax_minor, payment.currency), ops.money(payment.shipping_minor, payment.currency),
      ops.money(payment.discount_minor, payment.currency), array_to_string(v_forbidden, ', ')
    );
  end if;
  if payment.part_of is not null and payment.currency = checkout.currency and v_paid < checkout.total_minor then
    if not v_all_came then
      return null; -- more parts are expected; until then the checkout waits (commerce.refresh_checkout)
    end if;
    return format(
      'Captured %s, and the checkout asks for %s. The provider says that no further part follows, but one may be '
      'received late. If none is, commerce.accept_payment fulfils it all the same.',
      ops.money(v_paid, payment.currency), ops.money(checkout.total_minor, checkout.currency)
    );
  end if;
  return format(
    'Captured %s, but the checkout asks for %s. commerce.accept_payment fulfils it all the same; or refund it at the '
    'provider.',
    ops.money(v_paid, payment.currency), ops.money(checkout.total_minor, checkout.currency)
  );
end
$$;
comment on function commerce.review_reason(public.payments, public.checkout_sessions) is
  'Why a captured payment may not be fulfilled without an admin; null when it may, when further parts are expected, or '
  'when there is nothing (more) to decide.';
