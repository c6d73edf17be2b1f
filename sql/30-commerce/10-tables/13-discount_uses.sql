create table public.discount_uses (
  checkout_session_id uuid primary key,
  discount_id uuid not null,
  status public.reservation_status not null default 'held',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_use_is_in_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id)
    on delete cascade,
  constraint a_use_is_of_a_discount foreign key (discount_id) references public.discounts (id)
);
create index discount_uses_by_discount on public.discount_uses (discount_id);

alter table public.discount_uses enable row level security;
create policy "admins read uses of discounts" on public.discount_uses for select to authenticated
  using ((select ops.is_admin()));

create trigger touch before update on public.discount_uses for each row execute function ops.touch_updated_at();

comment on table public.discount_uses is
  'Which checkout uses which discount. held: not paid yet. taken: paid. released: the checkout expired or failed, and '
  'the use does not count.';
