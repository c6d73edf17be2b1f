create table public.tax_rates (
  country text primary key,
  percent numeric(6, 3) not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_country_is_an_iso_code check (country ~ '^[A-Z]{2}$'),
  constraint a_percentage_is_0_to_100 check (percent between 0 and 100)
);

alter table public.tax_rates enable row level security;
create policy "everybody reads tax rates" on public.tax_rates for select to anon, authenticated using (true);
create policy "admins add tax rates" on public.tax_rates for insert to authenticated
  with check ((select ops.is_admin()));
create policy "admins change tax rates" on public.tax_rates for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));
create policy "admins remove tax rates" on public.tax_rates for delete to authenticated
  using ((select ops.is_admin()));

create trigger touch before update on public.tax_rates for each row execute function ops.touch_updated_at();

comment on table public.tax_rates is
  'Tax by the country that an order is sent to, on items and shipping after the discount, where the provider does not '
  'work it out (commerce.settings.provider_tax). A country without a row: none.';
comment on column public.tax_rates.country is 'ISO 3166-1 alpha-2, such as DE.';
comment on column public.tax_rates.percent is
  'Such as 19. Added to the total, or contained in the prices (commerce.settings.prices_include_tax).';
