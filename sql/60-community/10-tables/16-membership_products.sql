create table public.membership_products (
  id uuid primary key default ops.uuid7(),
  product text not null,
  provider text not null,
  provider_ref text not null,
  name text not null,
  created_at timestamptz not null default now(),

  constraint a_provider_names_a_product_once unique (provider, provider_ref),
  constraint a_product_is_a_name check (product ~ '^[a-z0-9][a-z0-9_-]{0,99}$'),
  constraint a_name_is_not_blank check (name ~ '\S' and length(name) <= 200),
  constraint a_provider_is_named check (provider ~ '^[a-z][a-z0-9_]*$' and length(provider_ref) between 1 and 255)
);
create index membership_products_by_product on public.membership_products (product);

alter table public.membership_products enable row level security;
create policy "everybody reads what memberships there are" on public.membership_products for select
  to anon, authenticated using (true);
create policy "admins add membership products" on public.membership_products for insert to authenticated
  with check ((select ops.is_admin()));
create policy "admins change membership products" on public.membership_products for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));
create policy "admins remove membership products" on public.membership_products for delete to authenticated
  using ((select ops.is_admin()));

comment on table public.membership_products is
  'What a membership gives access to, by one name of ours wherever it is sold: club may be a product at Whop and two '
  'prices at Stripe. community.has_access(''club'') asks for it.';
comment on column public.membership_products.product is 'Our name. Several rows may have it.';
comment on column public.membership_products.provider_ref is
  'The provider''s id of the price, plan or product, as in memberships.product_ref.';
comment on column public.membership_products.name is 'What people read, as {product} in the texts of the chat.';
