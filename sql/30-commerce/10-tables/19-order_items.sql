create table public.order_items (
  id uuid primary key default ops.uuid7(),
  order_id uuid not null,
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
  restocked integer not null default 0,
  settled_without_stock boolean not null default false,

  constraint an_item_is_of_an_order foreign key (order_id) references public.orders (id) on delete cascade,
  constraint an_item_is_a_product foreign key (product_id) references public.products (id),
  constraint an_order_lists_a_product_once unique nulls not distinct (order_id, product_id, starts_at),
  constraint a_quantity_is_positive check (quantity > 0),
  constraint a_price_is_not_negative check (unit_price_minor >= 0),
  constraint no_more_is_discounted_than_it_costs
    check (discount_minor between 0 and unit_price_minor::numeric * quantity),
  constraint a_seat_names_its_cohort check ((kind = 'cohort_seat') = (cohort_id is not null)),
  constraint a_pack_says_how_many_credits check ((kind = 'credit_pack') = (credits is not null)),
  constraint a_session_has_its_time check ((kind = 'tutoring_session') = (starts_at is not null)),
  constraint no_more_is_restocked_than_was_sold check (restocked between 0 and quantity)
);
create index order_items_by_product on public.order_items (product_id);

alter table public.order_items enable row level security;
create policy "buyers read the items of their own orders, admins all" on public.order_items for select to authenticated
  using (exists (select 1 from public.orders o where o.id = order_id and o.user_id = (select auth.uid()))
    or (select ops.is_admin()));

comment on table public.order_items is 'The items of an order, with the name and price they were sold at.';
comment on column public.order_items.unit_price_minor is 'In minor units of the order''s currency.';
comment on column public.order_items.credits is 'How many credits each of them holds.';
comment on column public.order_items.starts_at is 'When the session begins; chosen by the buyer.';
comment on column public.order_items.settled_without_stock is
  'An admin settled its order although some of it was not in stock (commerce.settle_order): the buyer was informed, or '
  'gets it another way.';
comment on column public.order_items.restocked is 'How many of them were put back on sale (commerce.restock).';
comment on column public.order_items.ships is 'Goods only: whether they are sent to an address.';
comment on column public.order_items.discount_minor is
  'Its part of the order''s discount, of the whole quantity, in minor units. The parts add up to the order''s.';
