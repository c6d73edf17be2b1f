create function commerce.limit_checkout(email text, network_address text, is_guest boolean, items jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_settings commerce.settings;
  v_item record;
begin
  select s.* into strict v_settings from commerce.settings s;
  if not commerce.take_checkout_token('email', limit_checkout.email, v_settings.checkouts_per_email)
    or (network_address is not null
      and not commerce.take_checkout_token('network', network_address, v_settings.checkouts_per_address)) then
    raise exception 'too many checkouts were opened from here'
      using errcode = 'P0001', detail = 'too_many_checkouts',
      hint = 'Pay one that is open, or try again in some minutes.';
  end if;
  if not is_guest or jsonb_typeof(items) is distinct from 'array' then
    return;
  end if;
  for v_item in
    select x ->> 'sku' as sku, sum((x ->> 'quantity')::numeric) as quantity,
    min(coalesce(p.max_quantity, v_settings.guest_max_quantity)) as allowed
    from jsonb_array_elements(items) x
    left join public.products p on p.sku = x ->> 'sku'
    -- commerce.open_checkout refuses every other quantity.
    where case when jsonb_typeof(x -> 'quantity') = 'number' then (x ->> 'quantity')::numeric between 1 and 100000 end
    group by 1
  loop
    if v_item.quantity > v_item.allowed then
      raise exception 'no more than % of % at a time', v_item.allowed, v_item.sku
        using errcode = '22023', detail = 'quantity_invalid',
        hint = 'Ask for fewer. Whoever is signed in may ask for more.';
    end if;
    -- Else one address could hold the whole share of all guests in a few large checkouts.
    if network_address is not null and v_item.sku is not null and not commerce.take_checkout_token(
      'network ' || v_item.sku, network_address,
      greatest(v_settings.checkouts_per_address, v_item.allowed), v_item.quantity::integer
    ) then
      raise exception 'too many of % were set aside from here', v_item.sku
        using errcode = 'P0001', detail = 'too_many_checkouts',
        hint = 'Pay a checkout that is open, sign in, or try again in some minutes.';
    end if;
  end loop;
end
$$;
comment on function commerce.limit_checkout(text, text, boolean, jsonb) is
  'Limits unpaid checkouts: how many an e-mail or network address may open, and for guests the quantity of a product, '
  'also of all checkouts of a network address together (commerce.settings). Raises P0001 too_many_checkouts, 22023 '
  'quantity_invalid.';
