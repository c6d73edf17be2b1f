create table public.order_items (
  id uuid primary key default ops.uuid7(),
  order_id uuid not null,
  product_id uuid not null,
  quantity integer not null,
  sku text not null,
  name text not null,
  unit_price_minor bigint not null,

  constraint an_item_is_of_an_order foreign key (order_id) references public.orders (id) on delete cascade,
  constraint an_item_is_a_product foreign key (product_id) references public.products (id),
  constraint an_order_lists_a_product_once unique (order_id, product_id),
  constraint a_quantity_is_positive check (quantity > 0),
  constraint a_price_is_not_negative check (unit_price_minor >= 0)
);
create index order_items_by_product on public.order_items (product_id);

alter table public.order_items enable row level security;
create policy "buyers read the items of their own orders" on public.order_items for select to authenticated
  using (exists (select 1 from public.orders o where o.id = order_id and o.user_id = (select auth.uid())));

comment on table public.order_items is 'The items of an order, with the name and price they were sold at.';
comment on column public.order_items.unit_price_minor is 'In minor units of the order''s currency.';
