create table public.stock_reservations (
  id uuid primary key default ops.uuid7(),
  checkout_session_id uuid not null,
  product_id uuid not null,
  quantity integer not null,
  status public.reservation_status not null default 'held',
  cohort_id uuid,
  tutor_email text,
  starts_at timestamptz,
  ends_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_reservation_is_of_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id)
  on delete cascade,
  constraint a_reservation_is_of_a_product foreign key (product_id) references public.products (id),
  constraint a_checkout_reserves_a_product_once unique nulls not distinct (checkout_session_id, product_id, starts_at),
  constraint a_quantity_is_positive check (quantity > 0),
  constraint a_tutors_time_has_both_ends check (num_nonnulls(tutor_email, starts_at, ends_at) in (0, 3))
);
create index stock_reservations_by_product on public.stock_reservations (product_id);
create index seats_held on public.stock_reservations (cohort_id) where status = 'held' and cohort_id is not null;
create index tutors_time_held on public.stock_reservations (tutor_email, starts_at) where status = 'held'
  and tutor_email is not null;

alter table public.stock_reservations enable row level security;
create policy "admins read stock reservations" on public.stock_reservations for select to authenticated
  using ((select ops.is_admin()));

create trigger touch before update on public.stock_reservations for each row execute function ops.touch_updated_at();

comment on table public.stock_reservations is
  'Stock, seats and tutors'' time reserved for a checkout. Quantities that are held or taken are already subtracted '
  'from products.stock; released ones are added to it again.';
comment on column public.stock_reservations.cohort_id is 'The cohort that the seats are in.';
comment on column public.stock_reservations.tutor_email is 'The tutor whose time it is, from starts_at to ends_at.';
