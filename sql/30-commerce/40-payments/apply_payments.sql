-- Facts of many events are applied by statements over all of them: one fact is a set of one, by the same rule.
create function commerce.apply_payments(providers text[], facts jsonb[], events uuid[] default null) returns void
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_old public.payments[];
  v_new public.payments[];
  v_checkouts public.checkout_sessions[];
  v_named uuid[];
  v_inserted public.payments[];
  v_updated public.payments[];
  v public.payments;
  v_checkout public.checkout_sessions;
begin
  select array_agg(p.row order by g.place),
    array_agg(coalesce((p.row).checkout_session_id, (g.fact ->> 'checkout_session_id')::uuid) order by g.place)
  into v_old, v_named
  from (select g.* from unnest(providers, facts) with ordinality as g (provider, fact, place)
    order by g.provider, g.fact ->> 'provider_ref') as g
  left join lateral (
    select p as row
    from public.payments p
    where p.provider = g.provider and p.provider_ref = g.fact ->> 'provider_ref'
    for no key update
  ) p on true;
  if cardinality(facts) > 1 and commerce.overlap(providers, facts, v_named) then
    for i in 1 .. cardinality(facts) loop
      perform commerce.apply_payments(providers[i:i], facts[i:i], events[i:i]);
    end loop;
    return;
  end if;
  select array_agg(s.row order by n.place) into v_checkouts
  from (select n.* from unnest(v_named) with ordinality as n (id, place) order by n.id) as n
  left join lateral (
    select s as row from public.checkout_sessions s where s.id = n.id for no key update
  ) s on true;

  for i in 1 .. cardinality(facts) loop
    v := commerce.advance_payment(v_old[i], v_checkouts[i], providers[i], facts[i]);
    v_new[i] := v;
    if v_old[i].id is null then
      v_inserted := v_inserted || v;
    elsif v is distinct from v_old[i] then
      v_updated := v_updated || v;
    end if;
  end loop;
  if events is not null then
    perform inbox.set_causes(events || events, array(select n.id from unnest(v_new) n) || v_named);
  end if;
  for i in 1 .. cardinality(facts) loop
    continue when not facts[i] ? 'recipient';
    perform inbox.set_cause(v_named[i]);
    v_checkouts[i] := commerce.note_recipient(v_checkouts[i], facts[i] -> 'recipient');
  end loop;
  if v_inserted is not null then
    insert into public.payments (
      id, provider, provider_ref, checkout_session_id, user_id, status, amount_minor, currency, needs_review,
      review_reason, email, customer_ref, membership_ref, credits, credit_pack_ref, failure_code, failure_message,
      failed_at, captured_at, part_of, is_last_part, subtotal_minor, tax_minor, shipping_minor, discount_minor
    )
    select n.id, n.provider, n.provider_ref, n.checkout_session_id, n.user_id, n.status, n.amount_minor, n.currency,
      n.needs_review, n.review_reason, n.email, n.customer_ref, n.membership_ref, n.credits, n.credit_pack_ref,
      n.failure_code, n.failure_message, n.failed_at, n.captured_at, n.part_of, n.is_last_part, n.subtotal_minor,
      n.tax_minor, n.shipping_minor, n.discount_minor
    from unnest(v_inserted) as n;
  end if;
  if v_updated is not null then
    update public.payments p
    set checkout_session_id = n.checkout_session_id, user_id = n.user_id, status = n.status,
      amount_minor = n.amount_minor, currency = n.currency, needs_review = n.needs_review,
      review_reason = n.review_reason, email = n.email, customer_ref = n.customer_ref,
      membership_ref = n.membership_ref, credits = n.credits, credit_pack_ref = n.credit_pack_ref,
      failure_code = n.failure_code, failure_message = n.failure_message, failed_at = n.failed_at,
      captured_at = n.captured_at, part_of = n.part_of, is_last_part = n.is_last_part,
      subtotal_minor = n.subtotal_minor, tax_minor = n.tax_minor, shipping_minor = n.shipping_minor,
      discount_minor = n.discount_minor
    from unnest(v_updated) as n
    where p.id = n.id;
  end if;

  for i in 1 .. cardinality(facts) loop
    -- What was not captured before paid for no order yet: without credits of its own it has none to settle.
    continue when v_old[i].captured_at is null and v_new[i].credits is null;
    perform inbox.set_cause(v_new[i].id);
    if v_old[i].captured_at is not null and v_new[i] is distinct from v_old[i] then
      -- A full refund of one amount may be a partial refund of another.
      perform commerce.refresh_payment(v_new[i].id);
      select p.* into v from public.payments p where p.id = v_new[i].id;
      v_new[i] := v;
      -- It may be paid now.
      select s.* into v_checkout from public.checkout_sessions s where s.id = v_checkouts[i].id;
      v_checkouts[i] := v_checkout;
    end if;
    perform community.settle_credits(v_new[i]);
  end loop;
  perform commerce.follow_payments(v_new, v_checkouts);
end
$$;
comment on function commerce.apply_payments(text[], jsonb[], uuid[]) is
  'Applies payment.* facts: creates or advances the payments, and with them their checkouts, stock and orders. facts, '
  'providers and events are of one length: a fact, its provider, and the id of its event, if messages are to name it. '
  'Facts about one payment or one checkout are applied one after the other, in this order.';
