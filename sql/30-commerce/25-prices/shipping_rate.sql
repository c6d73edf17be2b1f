create function commerce.shipping_rate(country text, currency text, grams bigint) returns public.shipping_rates
language plpgsql stable
set search_path = ''
as $$
declare
  v_rate public.shipping_rates;
begin
  select r.* into v_rate
  from public.shipping_rates r
  where r.active and r.currency = shipping_rate.currency and coalesce(r.up_to_grams >= shipping_rate.grams, true)
    and case
      when exists (
        select 1 from public.shipping_rates n
        where n.active and n.currency = shipping_rate.currency and shipping_rate.country = any (n.countries)
      ) then shipping_rate.country = any (r.countries)
      else r.countries is null
    end
  order by r.price_minor, r.id
  limit 1;
  return v_rate;
end
$$;
comment on function commerce.shipping_rate(text, text, bigint) is
  'The cheapest active rate for a country, currency and weight in grams. Null: nothing is sent there.';
