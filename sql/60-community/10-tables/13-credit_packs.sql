create table public.credit_packs (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  provider_ref text not null,
  name text not null,
  credits integer not null,
  price_minor bigint not null,
  currency text not null,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_pack_is_sold_once_for_a_price unique (provider, provider_ref, currency, credits),
  constraint a_pack_holds_credits check (credits > 0),
  constraint a_price_is_not_negative check (price_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint a_name_is_not_blank check (name ~ '\S' and length(name) <= 200),
  constraint a_provider_is_named check (provider ~ '^[a-z][a-z0-9_]*$' and length(provider_ref) between 1 and 255)
);

alter table public.credit_packs enable row level security;
create policy "everybody reads packs on sale" on public.credit_packs for select to anon using (active);
create policy "everybody reads packs on sale, admins all" on public.credit_packs for select to authenticated
  using (active or (select ops.is_admin()));
create policy "admins add packs" on public.credit_packs for insert to authenticated with
  check ((select ops.is_admin()));
create policy "admins change packs" on public.credit_packs for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger touch before update on public.credit_packs for each row execute function ops.touch_updated_at();

comment on table public.credit_packs is
  'Which payments at a provider give credits: the plan or product there, and the price. A payment that names credits '
  'and matches no row gives none, and needs review.';
comment on column public.credit_packs.provider_ref is
  'The provider''s id of the plan or product that is sold (Whop: plan_… or prod_…), or the pack''s name that the '
  'payment carries (packId).';
comment on column public.credit_packs.credits is
  'How many credits it gives. If the number changes, add a new row: the old one still applies to old payments.';
comment on column public.credit_packs.price_minor is
  'The minimum payment, in minor units of currency, before tax and fees that the provider adds.';
comment on column public.credit_packs.active is
  'Whether it is on sale. A payment of a pack that is no longer on sale still gives its credits.';
