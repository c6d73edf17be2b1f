create table public.product_prices (
  product_id uuid not null,
  currency text not null,
  price_minor bigint not null,
  created_at timestamptz not null default now(),

  primary key (product_id, currency),
  constraint a_price_is_of_a_product foreign key (product_id) references public.products (id) on delete cascade,
  constraint a_price_is_not_negative check (price_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$')
);

alter table public.product_prices enable row level security;
-- A reader sees only the prices of products on sale: the policy of products holds here too.
create policy "who sees a product sees its prices" on public.product_prices for select to anon, authenticated
  using (exists (select 1 from public.products p where p.id = product_id));
create policy "admins add prices" on public.product_prices for insert to authenticated with
  check ((select ops.is_admin()));
create policy "admins change prices" on public.product_prices for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));
create policy "admins take prices away" on public.product_prices for delete to authenticated
  using ((select ops.is_admin()));

comment on table public.product_prices is
  'What a product costs in other currencies than its own: one stock, sold by Stripe in EUR and by Fapshi in XAF.';
comment on column public.product_prices.price_minor is 'In minor units of the currency.';
