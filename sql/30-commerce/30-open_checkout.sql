create function commerce.open_checkout(email text, items jsonb) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_session uuid := gen_random_uuid();
  v_item record;
  v_total numeric := 0;
  v_currency text;
  v_items jsonb := '[]';
begin
  if open_checkout.email is null or open_checkout.email !~ '^[^@\s]+@[^@\s]+$' then
    raise exception 'an e-mail address is needed to open a checkout' using errcode = '22023', hint = 'Pass the buyer''s address, such as amina@example.com.';
  end if;
  if jsonb_typeof(items) is distinct from 'array' or jsonb_array_length(items) = 0 then
    raise exception 'a checkout needs at least one item' using errcode = '22023', hint = 'Pass items as [{"sku": "…", "quantity": 1}].';
  end if;
  if exists (
    select 1 from jsonb_array_elements(items) i
    where jsonb_typeof(i -> 'sku') is distinct from 'string'
      or jsonb_typeof(i -> 'quantity') is distinct from 'number'
      or (i ->> 'quantity')::numeric not between 1 and 100000
      or (i ->> 'quantity')::numeric % 1 <> 0
  ) then
    raise exception 'every item needs a sku and a whole quantity from 1 to 100000' using errcode = '22023', hint = 'Pass items as [{"sku": "…", "quantity": 1}].';
  end if;

  for v_item in
    select i.sku as asked, i.quantity, p.*
    from (select x ->> 'sku' as sku, sum((x ->> 'quantity')::numeric)::integer as quantity from jsonb_array_elements(items) x group by 1) i
    left join public.products p on p.sku = i.sku and p.active
    order by p.id nulls first
  loop
    if v_item.id is null then
      raise exception 'there is no product % on sale', v_item.asked using errcode = 'P0002', hint = 'Show the buyer the catalogue again.';
    end if;
    if v_currency <> v_item.currency then
      raise exception 'a checkout is in one currency; these items are in % and %', v_currency, v_item.currency
        using errcode = '22023', hint = 'Open one checkout for each currency.';
    end if;
    v_currency := v_item.currency;
    v_total := v_total + v_item.price_minor * v_item.quantity::bigint;
    v_items := v_items || to_jsonb(v_item);
  end loop;

  insert into public.checkout_sessions (id, email, user_id, total_minor, currency)
  values (v_session, lower(open_checkout.email), coalesce(auth.uid(), commerce.user_of(open_checkout.email)), v_total, v_currency);
  insert into public.checkout_items (checkout_session_id, product_id, quantity, sku, name, unit_price_minor)
  select v_session, i.id, i.quantity, i.sku, i.name, i.price_minor
  from jsonb_to_recordset(v_items) as i (id uuid, quantity integer, sku text, name text, price_minor bigint);

  -- Stock rows are locked in the order of their ids, here as everywhere.
  for v_item in
    select i.product_id, i.quantity from public.checkout_items i where i.checkout_session_id = v_session order by i.product_id
  loop
    perform commerce.reserve_stock(v_session, v_item.product_id, v_item.quantity);
  end loop;
  return v_session;
end
$$;
comment on function commerce.open_checkout(text, jsonb) is
  'Opens a checkout session for items [{"sku":"…","quantity":1}] at today''s prices and reserves their stock. Returns its id, which the provider''s object must name. Raises 22023 for bad input, P0002 for an unknown product, P0001 when sold out.';
