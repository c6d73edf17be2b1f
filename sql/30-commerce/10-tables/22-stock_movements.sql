create table public.stock_movements (
  id uuid primary key default ops.uuid7(),
  product_id uuid not null,
  quantity integer not null,
  reason public.stock_reason not null,
  checkout_session_id uuid,
  order_id uuid,
  provider text,
  provider_ref text,
  note text,
  created_at timestamptz not null default now(),

  constraint a_movement_is_of_a_product foreign key (product_id) references public.products (id) on delete cascade,
  constraint a_movement_may_be_of_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id)
    on delete set null,
  constraint a_movement_may_be_of_an_order foreign key (order_id) references public.orders (id) on delete set null,
  constraint a_movement_moves_something check (quantity <> 0),
  constraint what_another_system_moved_is_moved_once unique (provider, provider_ref),
  constraint another_systems_movement_has_its_id check ((provider is null) = (provider_ref is null))
);
-- The audit sums the whole ledger, from the index alone.
create index stock_movements_by_product on public.stock_movements (product_id) include (quantity);
create index stock_movements_by_checkout on public.stock_movements (checkout_session_id);
create index stock_movements_by_order on public.stock_movements (order_id) where order_id is not null;

alter table public.stock_movements enable row level security;
create policy "admins read stock movements" on public.stock_movements for select to authenticated
  using ((select ops.is_admin()));

comment on table public.stock_movements is
  'The ledger of stock: every change of products.stock, by any writer, written by commerce.write_movement. The sum of '
  'a product''s movements is its stock.';
comment on column public.stock_movements.quantity is 'Above 0: more can be sold. Below 0: less.';
comment on column public.stock_movements.provider_ref is 'The other system''s id of it (functions/catalog).';
