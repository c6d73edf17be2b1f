create function commerce.quote_shipping(
  address jsonb, country text, currency text, grams bigint, page_asks boolean,
  out minor bigint, out name text, out countries text[]
)
language plpgsql stable
set search_path = ''
as $$
declare
  v_country text := coalesce(address ->> 'country', quote_shipping.country);
  v_rate public.shipping_rates;
  v_rates bigint;
begin
  minor := 0;
  if not exists (select 1 from public.shipping_rates r where r.active) then
    return;
  end if;
  if address is null and not page_asks then
    raise exception 'it is sent by post, and there is no address to send it to'
      using errcode = '22023', detail = 'shipping_address_missing',
      hint = 'Pass shipping_address: this way to pay does not ask for one.';
  end if;
  if v_country is null then
    -- If all countries cost the same, the provider's page may ask which it is.
    select array_agg(distinct c.country order by c.country) into countries
    from public.shipping_rates r cross join unnest(r.countries) c (country)
    where r.active and r.currency = quote_shipping.currency
      and (commerce.shipping_rate(c.country, r.currency, grams)).id is not null;
    select count(distinct (commerce.shipping_rate(c.country, quote_shipping.currency, grams)).price_minor) into v_rates
    from unnest(countries) c (country);
    if v_rates <> 1 or exists (
      select 1 from public.shipping_rates r
      where r.active and r.currency = quote_shipping.currency and r.countries is null
    ) then
      raise exception 'what shipping costs depends on the country'
        using errcode = '22023', detail = 'shipping_country_missing',
        hint = 'Pass shipping_country, such as DE, or shipping_address.';
    end if;
    v_rate := commerce.shipping_rate(countries[1], quote_shipping.currency, grams);
  else
    v_rate := commerce.shipping_rate(v_country, quote_shipping.currency, grams);
    if v_rate.id is null then
      raise exception 'nothing of % g is sent to % for prices in %', grams, v_country, quote_shipping.currency
        using errcode = 'P0001', detail = 'shipping_unavailable',
        hint = 'Let the buyer choose another country, or add a row to public.shipping_rates.';
    end if;
    countries := case when address is null then array[v_country] end;
  end if;
  minor := v_rate.price_minor;
  name := v_rate.name;
end
$$;
comment on function commerce.quote_shipping(jsonb, text, text, bigint, boolean) is
  'What it costs to send an order to an address, or to a country whose address the provider''s page asks for '
  '(page_asks): minor units, the rate''s name, and the countries that the page may offer; null: it need not ask. '
  'Costs nothing while there is no active rate. Raises 22023 shipping_address_missing, shipping_country_missing, P0001 '
  'shipping_unavailable.';
