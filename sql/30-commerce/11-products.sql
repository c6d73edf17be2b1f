create table public.products (
  id uuid primary key default gen_random_uuid(),
  sku text not null,
  name text not null,
  description text,
  price_minor bigint not null,
  currency text not null,
  stock integer,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  as_of timestamptz,
  as_of_event text,

  constraint a_sku_names_one_product unique (sku),
  constraint a_price_is_not_negative check (price_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint stock_is_never_negative check (stock >= 0)
);

alter table public.products enable row level security;
create policy "everybody reads what is on sale" on public.products for select to anon, authenticated using (active);

create trigger touch before update on public.products for each row execute function ops.touch_updated_at();
create trigger tell_the_world after insert or update or delete on public.products for each row execute function outbox.capture_change();

comment on table public.products is 'What is sold.';
comment on column public.products.price_minor is 'In minor units of the currency.';
comment on column public.products.stock is 'What can still be sold: reserving lowers it, releasing raises it. Null: not counted (digital goods).';
comment on column public.products.active is 'Whether it is on sale.';
comment on column public.products.as_of is 'When a provider''s catalogue last said so; older news is not applied.';
comment on column public.products.as_of_event is 'The provider''s id of the event it is from: decides between two of one moment.';
