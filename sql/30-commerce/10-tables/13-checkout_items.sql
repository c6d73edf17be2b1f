create table public.checkout_items (
  id uuid primary key default ops.uuid7(),
  checkout_session_id uuid not null,
  product_id uuid not null,
  quantity integer not null,
  sku text not null,
  name text not null,
  unit_price_minor bigint not null,
  kind public.product_kind not null default 'goods',
  cohort_id uuid,
  credits integer,
  starts_at timestamptz,
  ships boolean not null default true,
  discount_minor bigint not null default 0,
  reserved boolean not null default true,

  constraint an_item_is_of_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id)
  on delete cascade,
  constraint an_item_is_a_product foreign key (product_id) references public.products (id),
  constraint a_checkout_lists_a_product_once unique nulls not distinct (checkout_session_id, product_id, starts_at),
  constraint a_quantity_is_positive check (quantity > 0),
  constraint a_price_is_not_negative check (unit_price_minor >= 0),
  constraint no_more_is_discounted_than_it_costs
    check (discount_minor between 0 and unit_price_minor::numeric * quantity),
  constraint a_seat_names_its_cohort check ((kind = 'cohort_seat') = (cohort_id is not null)),
  constraint a_pack_says_how_many_credits check ((kind = 'credit_pack') = (credits is not null)),
  constraint a_session_has_its_time check ((kind = 'tutoring_session') = (starts_at is not null))
);
create index checkout_items_by_product on public.checkout_items (product_id);

alter table public.checkout_items enable row level security;
create policy "buyers read the items of their own checkouts, admins all"
  on public.checkout_items for select to authenticated
  using (exists (select 1 from public.checkout_sessions s where s.id = checkout_session_id
    and s.user_id = (select auth.uid())) or (select ops.is_admin()));

comment on table public.checkout_items is
  'The items of a checkout, with the name and price they had when it was opened.';
comment on column public.checkout_items.unit_price_minor is
  'In minor units of the checkout''s currency; from public.products, never from the caller.';
comment on column public.checkout_items.reserved is
  'Whether it has a reservation: goods and packs without counted stock need none.';
comment on column public.checkout_items.credits is 'How many credits each of them holds.';
comment on column public.checkout_items.starts_at is 'When the session begins; chosen by the buyer.';
comment on column public.checkout_items.ships is 'Goods only: whether they are sent to an address.';
comment on column public.checkout_items.discount_minor is
  'Its part of the checkout''s discount, of the whole quantity, in minor units. The parts add up to the checkout''s.';
