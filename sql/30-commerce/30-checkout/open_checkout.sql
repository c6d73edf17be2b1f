create function commerce.open_checkout(email text, items jsonb, currency text default null, user_id uuid default null,
  options jsonb default '{}') returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_session uuid := gen_random_uuid();
  v_email text := lower(open_checkout.email);
  v_item record;
  v_total numeric := 0;
  v_currency text;
  v_items jsonb := '[]';
  v_address jsonb := nullif(options -> 'shipping_address', 'null');
  v_grams bigint;
  v_shipping record;
  v_discount public.discounts;
  v_settings commerce.settings;
  v_provider_tax boolean;
  v_tax_percent numeric;
  v_price record;
  v_user uuid := coalesce(open_checkout.user_id, auth.uid(), commerce.user_of(lower(open_checkout.email)));
begin
  if open_checkout.email is null or open_checkout.email !~ '^[^@\s]+@[^@\s]+$' then
    raise exception 'an e-mail address is needed to open a checkout'
      using errcode = '22023', detail = 'email_missing', hint = 'Pass the buyer''s address, such as amina@example.com.';
  end if;
  if jsonb_typeof(items) is distinct from 'array' or jsonb_array_length(items) = 0 then
    raise exception 'a checkout needs at least one item' using errcode = '22023', detail = 'items_missing',
      hint = 'Pass items as [{"sku": "…", "quantity": 1}].';
  end if;
  if exists (
    select 1 from jsonb_array_elements(items) i
    where jsonb_typeof(i -> 'sku') is distinct from 'string'
      or jsonb_typeof(i -> 'quantity') is distinct from 'number'
      or (i ->> 'quantity')::numeric not between 1 and 100000
      or (i ->> 'quantity')::numeric % 1 <> 0
  ) then
    raise exception 'every item needs a sku and a whole quantity from 1 to 100000'
      using errcode = '22023', detail = 'quantity_invalid', hint = 'Pass items as [{"sku": "…", "quantity": 1}].';
  end if;

  for v_item in
    select i.sku as asked, i.quantity, i.starts_at,
      case when coalesce(open_checkout.currency, p.currency) = p.currency then p.price_minor else x.price_minor
      end as price,
      coalesce(open_checkout.currency, p.currency) as priced_in, p.*
    from (
      select x ->> 'sku' as sku, commerce.parse_timestamp(x ->> 'starts_at') as starts_at,
      sum((x ->> 'quantity')::numeric) as quantity
      from jsonb_array_elements(items) x group by 1, 2
    ) i
    left join public.products p on p.sku = i.sku and p.active
    left join public.product_prices x on x.product_id = p.id and x.currency = open_checkout.currency
    order by p.id nulls first, i.starts_at
  loop
    if v_item.id is null then
      raise exception 'there is no product % on sale', v_item.asked
        using errcode = 'P0002', detail = 'unknown_item', hint = 'Show the buyer the catalogue again.';
    end if;
    if v_item.quantity > v_item.max_quantity then
      raise exception 'no more than % of % at a time', v_item.max_quantity, v_item.asked
        using errcode = '22023', detail = 'quantity_invalid', hint = 'Ask for fewer.';
    end if;
    if v_item.quantity > 100000 then
      raise exception 'no more than 100000 of % at a time', v_item.asked using errcode = '22023',
        detail = 'quantity_invalid', hint = 'Ask for fewer.';
    end if;
    if v_currency <> v_item.priced_in then
      raise exception 'a checkout is in one currency; these items are in % and %', v_currency, v_item.priced_in
        using errcode = '22023', detail = 'mixed_currencies',
        hint = 'Open one checkout for each currency, or name one that all of them are sold in.';
    end if;
    v_currency := v_item.priced_in;
    if v_item.price is null then
      raise exception 'product % is not sold in %', v_item.asked, v_currency
        using errcode = '22023', detail = 'not_sold_in_currency',
        hint = 'Choose a currency it has a price in (products.currency, product_prices).';
    end if;
    perform commerce.check_item(v_item.asked, v_item.kind, v_item.cohort_id, v_item.quantity::integer, v_item.starts_at,
      v_email);
    if v_items @> jsonb_build_array(jsonb_build_object('cohort_id', v_item.cohort_id))
      and v_item.cohort_id is not null then
      raise exception 'one person takes one seat: % is of a cohort that is in the checkout already', v_item.asked
        using errcode = '22023', detail = 'quantity_invalid', hint = 'Take one of the two out.';
    end if;
    v_total := v_total + v_item.price * v_item.quantity;
    v_items := v_items || jsonb_build_object(
      'product_id', v_item.id, 'quantity', v_item.quantity::integer, 'sku', v_item.sku, 'name', v_item.name,
      'unit_price_minor', v_item.price,
      'kind', v_item.kind, 'cohort_id', v_item.cohort_id, 'credits', v_item.credits, 'starts_at', v_item.starts_at,
      'ships', v_item.kind = 'goods' and v_item.ships
    );
    if v_item.kind = 'goods' and v_item.ships then
      v_grams := coalesce(v_grams, 0) + coalesce(v_item.weight_grams, 0)::bigint * v_item.quantity::bigint;
    end if;
  end loop;
  if v_total > 9007199254740991 then -- the largest integer that JavaScript and Dart on the web represent exactly
    raise exception 'the total is too large' using errcode = '22023', detail = 'quantity_invalid',
      hint = 'Ask for fewer.';
  end if;

  -- Null: nothing is sent, and an address that came all the same is not kept.
  select q.* into v_shipping from commerce.quote_shipping(
    v_address, options ->> 'shipping_country', v_currency, v_grams,
    coalesce((options ->> 'page_asks')::boolean, false)
  ) q where v_grams is not null;
  if options ->> 'discount_code' is not null then
    v_discount := commerce.find_discount(options ->> 'discount_code', v_items, v_currency, v_email, v_user);
  end if;
  select s.* into strict v_settings from commerce.settings s;
  v_provider_tax := v_settings.provider_tax and coalesce((options ->> 'page_taxes')::boolean, false);
  if v_grams is not null and not v_provider_tax then
    select t.percent into v_tax_percent from public.tax_rates t
    where t.country = coalesce(v_address ->> 'country', options ->> 'shipping_country',
      case when cardinality(v_shipping.countries) = 1 then v_shipping.countries[1] end
    );
  end if;
  select p.* into v_price
  from (
    select array_agg((i.item ->> 'unit_price_minor')::numeric * (i.item ->> 'quantity')::numeric order by i.place),
      array_agg(v_discount.id is not null and (v_discount.skus is null or i.item ->> 'sku' = any (v_discount.skus))
        order by i.place)
    from jsonb_array_elements(v_items) with ordinality i (item, place)
  ) l (prices, discounted),
  commerce.price_lines(l.prices, l.discounted, v_discount.percent, v_discount.amount_minor,
    coalesce(v_shipping.minor, 0), v_tax_percent, v_settings.prices_include_tax) p;
  if v_price.total_minor > 9007199254740991 then
    raise exception 'the total is too large' using errcode = '22023', detail = 'quantity_invalid',
      hint = 'Ask for fewer.';
  end if;
  if v_price.total_minor = 0 and v_shipping.countries is not null then
    raise exception 'it costs nothing, so no provider asks for the address to send it to'
      using errcode = '22023', detail = 'shipping_address_missing', hint = 'Pass shipping_address.';
  end if;

  insert into public.checkout_sessions (
    id, email, user_id, total_minor, currency, discount_minor, discount_code, shipping_minor, shipping_name, tax_minor,
    tax_included, provider_tax, shipping_countries, shipping_address, recipient_name, recipient_phone
  )
  values (
    v_session, v_email, v_user, v_price.total_minor, v_currency, v_price.discount_minor, v_discount.code,
    coalesce(v_shipping.minor, 0), v_shipping.name, v_price.tax_minor, v_settings.prices_include_tax, v_provider_tax,
    v_shipping.countries,
    case when v_grams is not null then v_address end,
    case when v_grams is not null then options ->> 'recipient_name' end,
    case when v_grams is not null then options ->> 'recipient_phone' end
  );
  insert into public.checkout_items (checkout_session_id, product_id, quantity, sku, name, unit_price_minor, kind,
    cohort_id, credits, starts_at, ships, discount_minor)
  select v_session, i.product_id, i.quantity, i.sku, i.name, i.unit_price_minor, i.kind, i.cohort_id, i.credits,
    i.starts_at, i.ships, v_price.line_discounts[x.place]
  from jsonb_array_elements(v_items) with ordinality x (item, place)
  cross join jsonb_to_record(x.item) as i (
    product_id uuid, quantity integer, sku text, name text, unit_price_minor bigint, kind public.product_kind,
    cohort_id uuid, credits integer, starts_at timestamptz, ships boolean
  );
  if v_discount.id is not null then
    insert into public.discount_uses (checkout_session_id, discount_id) values (v_session, v_discount.id);
  end if;
  perform commerce.reserve_stock(v_session);
  return v_session;
end
$$;
comment on function commerce.open_checkout(text, jsonb, text, uuid, jsonb) is
  'Opens a checkout session for items [{"sku":"…","quantity":1,"starts_at":"…"}] (starts_at: of a tutoring session) at '
  'today''s prices and reserves their stock, seats and time. currency: which prices; null: the products'' own. '
  'options: {discount_code, shipping_address, shipping_country, recipient_name, recipient_phone}, and of the '
  'provider''s page: page_asks, it asks for an address that is not passed; page_taxes, it can work out tax. Returns '
  'its id, which the provider''s object must name. Raises 22023 for bad input, P0002 for an unknown '
  'product or discount, P0001 when sold out or refused (commerce.quote_shipping, find_discount); the detail is '
  'an error code for programs (sold_out).';
