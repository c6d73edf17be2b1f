create table public.stock_reservations (
  id uuid primary key default ops.uuid7(),
  checkout_session_id uuid not null,
  product_id uuid not null,
  quantity integer not null,
  status public.reservation_status not null default 'held',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_reservation_is_of_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id) on delete cascade,
  constraint a_reservation_is_of_a_product foreign key (product_id) references public.products (id),
  constraint a_checkout_reserves_a_product_once unique (checkout_session_id, product_id),
  constraint a_quantity_is_positive check (quantity > 0)
);
create index stock_reservations_by_product on public.stock_reservations (product_id);

alter table public.stock_reservations enable row level security;

create trigger touch before update on public.stock_reservations for each row execute function ops.touch_updated_at();

comment on table public.stock_reservations is 'Stock set aside for a checkout. held and taken quantities are already gone from products.stock; released ones are back in it.';
