create table public.shipping_rates (
  id uuid primary key default ops.uuid7(),
  name text not null,
  countries text[],
  currency text not null,
  price_minor bigint not null,
  up_to_grams integer,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_name_is_not_blank check (name ~ '\S' and length(name) <= 100),
  constraint countries_are_iso_codes check (countries::text ~ '^\{[A-Z]{2}(,[A-Z]{2})*\}$'),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint a_price_is_not_negative check (price_minor >= 0),
  constraint a_limit_is_positive check (up_to_grams > 0)
);
create index shipping_rates_by_currency on public.shipping_rates (currency) where active;

alter table public.shipping_rates enable row level security;
create policy "everybody reads rates in force" on public.shipping_rates for select to anon using (active);
create policy "everybody reads rates in force, admins all" on public.shipping_rates for select to authenticated
  using (active or (select ops.is_admin()));
create policy "admins add rates" on public.shipping_rates for insert to authenticated
  with check ((select ops.is_admin()));
create policy "admins change rates" on public.shipping_rates for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));
create policy "admins remove rates" on public.shipping_rates for delete to authenticated
  using ((select ops.is_admin()));

create trigger touch before update on public.shipping_rates for each row execute function ops.touch_updated_at();

comment on table public.shipping_rates is
  'What it costs to send an order. Of the rates for its country, currency and weight the cheapest applies. While no '
  'rate is active, shipping costs nothing, and no provider''s page asks for an address; as soon as one is, a country '
  'without a rate is refused.';
comment on column public.shipping_rates.name is 'What the buyer sees, such as "Standard".';
comment on column public.shipping_rates.countries is
  'ISO 3166-1 alpha-2, such as {DE,AT}. Null: every country that no other active rate in this currency names.';
comment on column public.shipping_rates.price_minor is 'Of the whole order, in minor units of the currency.';
comment on column public.shipping_rates.up_to_grams is
  'For orders of at most this weight (products.weight_grams). Null: of any weight.';
comment on column public.shipping_rates.active is 'Whether it applies.';
