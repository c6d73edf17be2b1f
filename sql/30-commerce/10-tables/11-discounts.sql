create table public.discounts (
  id uuid primary key default ops.uuid7(),
  code text not null,
  note text,
  percent numeric(5, 2),
  amount_minor bigint,
  currency text,
  minimum_minor bigint not null default 0,
  skus text[],
  starts_at timestamptz,
  ends_at timestamptz,
  max_uses integer,
  once_per_buyer boolean not null default false,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_code_names_one_discount unique (code),
  constraint a_code_has_3_to_40_capitals_and_digits check (code ~ '^[A-Z0-9][A-Z0-9_-]{2,39}$'),
  constraint a_discount_is_a_percentage_or_an_amount check (num_nonnulls(percent, amount_minor) = 1),
  constraint a_percentage_is_above_0_to_100 check (percent > 0 and percent <= 100),
  constraint an_amount_is_positive check (amount_minor > 0),
  constraint a_minimum_is_not_negative check (minimum_minor >= 0),
  constraint an_amount_or_minimum_has_a_currency
    check ((amount_minor is null and minimum_minor = 0) or currency is not null),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint it_is_of_some_product check (cardinality(skus) > 0),
  constraint it_begins_before_it_ends check (starts_at < ends_at),
  constraint it_may_be_used check (max_uses > 0)
);

alter table public.discounts enable row level security;
create policy "admins read discounts" on public.discounts for select to authenticated using ((select ops.is_admin()));
create policy "admins add discounts" on public.discounts for insert to authenticated
  with check ((select ops.is_admin()));
create policy "admins change discounts" on public.discounts for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger touch before update on public.discounts for each row execute function ops.touch_updated_at();

comment on table public.discounts is
  'Codes that take something off the items of a checkout; never off shipping or tax, and never below 0. Its uses are '
  'in public.discount_uses. To end one, set active to false: a code that was used cannot be deleted.';
comment on column public.discounts.code is 'Buyers may type it in any case; it is stored in capitals.';
comment on column public.discounts.note is 'For admins.';
comment on column public.discounts.percent is 'Such as 10: a tenth off. Either this or amount_minor.';
comment on column public.discounts.amount_minor is 'In minor units of currency; at most the price of the items.';
comment on column public.discounts.currency is
  'The only currency in which it can be used. Null: any; for a percentage without a minimum only.';
comment on column public.discounts.minimum_minor is
  'The items that it is for must come to this, in minor units of currency.';
comment on column public.discounts.skus is 'The products that it is for. Null: all.';
comment on column public.discounts.starts_at is 'From when it can be used. Null: at once.';
comment on column public.discounts.ends_at is 'Until when it can be used. Null: for ever.';
comment on column public.discounts.max_uses is
  'In how many checkouts it can be used, of all buyers. Null: any number. A checkout that expires or fails gives its '
  'use back.';
comment on column public.discounts.once_per_buyer is
  'Whether a buyer can use it once only, by e-mail address and account.';
comment on column public.discounts.active is 'Whether it can be used.';
