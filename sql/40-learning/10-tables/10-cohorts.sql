create table public.cohorts (
  id uuid primary key default ops.uuid7(),
  name text not null,
  description text,
  capacity integer not null,
  starts_at timestamptz,
  ends_at timestamptz,
  published boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_name_is_not_blank check (name ~ '\S' and length(name) <= 200),
  constraint a_description_is_short check (length(description) <= 20000),
  constraint a_capacity_is_not_negative check (capacity >= 0),
  constraint a_cohort_ends_after_it_starts check (ends_at > starts_at)
);

alter table public.cohorts enable row level security;
create policy "everybody reads published cohorts" on public.cohorts for select to anon using (published);
create policy "people read published cohorts and their own, admins all" on public.cohorts for select to authenticated
  using (published or (select ops.is_admin()) or learning.teaches(id) or learning.attends(id));
create policy "admins add cohorts" on public.cohorts for insert to authenticated with check ((select ops.is_admin()));
create policy "admins change cohorts" on public.cohorts for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger touch before update on public.cohorts for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.cohorts for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.cohorts for each statement execute function
  outbox.refuse_truncate();

alter table public.products add constraint a_seat_is_of_a_cohort foreign key (cohort_id) references public.cohorts (id);
create index products_by_cohort on public.products (cohort_id);
alter table public.checkout_items add constraint a_seat_is_of_a_cohort foreign key (cohort_id)
  references public.cohorts (id);
create index checkout_items_by_cohort on public.checkout_items (cohort_id) where cohort_id is not null;
alter table public.order_items add constraint a_seat_is_of_a_cohort foreign key (cohort_id)
  references public.cohorts (id);
create index order_items_by_cohort on public.order_items (cohort_id) where cohort_id is not null;
alter table public.stock_reservations add constraint seats_are_of_a_cohort foreign key (cohort_id)
  references public.cohorts (id);
create index stock_reservations_by_cohort on public.stock_reservations (cohort_id) where cohort_id is not null;

comment on table public.cohorts is
  'Groups of students that take a course together. Their seats are sold by products of kind cohort_seat, or given by '
  'an admin (enrollments).';
comment on column public.cohorts.capacity is
  'How many students may have a seat. How many are free: learning.free_seats.';
comment on column public.cohorts.published is 'Whether everyone sees it; its students and instructors always do.';
