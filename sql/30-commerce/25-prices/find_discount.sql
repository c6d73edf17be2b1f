create function commerce.find_discount(code text, items jsonb, currency text, email text, user_id uuid)
  returns public.discounts
language plpgsql
set search_path = ''
as $$
declare
  v_discount public.discounts;
  v_sum numeric;
begin
  -- Locked until commit: of two checkouts that want the last use, the second waits, and then counts the first.
  select d.* into v_discount from public.discounts d
  where d.code = upper(btrim(find_discount.code)) for no key update;
  if v_discount.id is null or not v_discount.active then
    raise exception 'there is no discount with this code'
      using errcode = 'P0002', detail = 'discount_unknown', hint = 'Let the buyer correct the code, or leave it out.';
  elsif v_discount.starts_at > now() or v_discount.ends_at <= now() then
    raise exception 'the discount % is valid from % to %', v_discount.code,
      coalesce(ops.iso_utc(v_discount.starts_at), 'any time'), coalesce(ops.iso_utc(v_discount.ends_at), 'any time')
      using errcode = 'P0001', detail = 'discount_not_valid', hint = 'Check out without it.';
  elsif v_discount.currency <> find_discount.currency then
    raise exception 'the discount % is for prices in %, and these are in %', v_discount.code, v_discount.currency,
      find_discount.currency
      using errcode = 'P0001', detail = 'discount_not_applicable', hint = 'Check out without it.';
  end if;

  select sum((i ->> 'unit_price_minor')::numeric * (i ->> 'quantity')::numeric) into v_sum
  from jsonb_array_elements(items) i
  where v_discount.skus is null or i ->> 'sku' = any (v_discount.skus);
  if v_sum is null then
    raise exception 'the discount % is for other products than these', v_discount.code
      using errcode = 'P0001', detail = 'discount_not_applicable', hint = 'Check out without it.';
  elsif v_sum < v_discount.minimum_minor then
    raise exception 'the discount % needs items of %, and these come to %', v_discount.code,
      ops.money(v_discount.minimum_minor, v_discount.currency), ops.money(v_sum::bigint, v_discount.currency)
      using errcode = 'P0001', detail = 'discount_minimum', hint = 'Let the buyer add items, or check out without it.';
  end if;

  if v_discount.max_uses <= (
    select count(*) from public.discount_uses u where u.discount_id = v_discount.id and u.status <> 'released'
  ) then
    raise exception 'all uses of the discount % are taken', v_discount.code
      using errcode = 'P0001', detail = 'discount_used_up',
      hint = 'Check out without it, or try again later: an unpaid checkout gives its use back when it expires.';
  elsif v_discount.once_per_buyer and exists (
    select 1
    from public.discount_uses u join public.checkout_sessions s on s.id = u.checkout_session_id
    where u.discount_id = v_discount.id and u.status <> 'released'
      and (s.email = find_discount.email or s.user_id = find_discount.user_id)
  ) then
    raise exception 'this buyer has used the discount % already, in another checkout', v_discount.code
      using errcode = 'P0001', detail = 'discount_used',
      hint = 'Check out without it. If that checkout is unpaid, cancel it first: its use is then free again.';
  end if;
  return v_discount;
end
$$;
comment on function commerce.find_discount(text, jsonb, text, text, uuid) is
  'The discount with this code (in any case), locked, if this buyer may use it for these items ([{sku, quantity, '
  'unit_price_minor}]). Raises P0002 discount_unknown, P0001 discount_not_valid, discount_not_applicable, '
  'discount_minimum, discount_used_up, discount_used.';
