create table public.enrollments (
  id uuid primary key default ops.uuid7(),
  cohort_id uuid not null,
  email text not null,
  user_id uuid,
  status public.enrollment_status not null default 'active',
  order_item_id uuid,
  cancelled_by_refund boolean not null default false,
  note text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_person_enrols_once_in_a_cohort unique (cohort_id, email),
  constraint an_enrollment_is_in_a_cohort foreign key (cohort_id) references public.cohorts (id),
  constraint an_enrollment_may_be_bought foreign key (order_item_id) references public.order_items (id),
  constraint an_address_is_lower_case check (email = lower(email)),
  constraint an_address_is_short check (length(email) <= 320),
  constraint a_note_is_short check (length(note) <= 2000),
  constraint only_what_is_cancelled_was_cancelled_by_a_refund check (not cancelled_by_refund or status = 'cancelled')
);
create index enrollments_by_user on public.enrollments (user_id);
create index enrollments_by_email on public.enrollments (email);
create index enrollments_by_order_item on public.enrollments (order_item_id);

alter table public.enrollments enable row level security;
create policy "people read their own and their cohorts' seats, admins all"
  on public.enrollments for select to authenticated
  using (
    user_id = (select auth.uid())
    or (user_id is null and email = (select ops.my_email()))
    or (select ops.is_admin())
    or learning.teaches(cohort_id)
  );
create policy "admins enrol" on public.enrollments for insert to authenticated with check ((select ops.is_admin()));
create policy "admins change enrollments" on public.enrollments for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger touch before update on public.enrollments for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.enrollments
for each row execute function outbox.capture_change('learning.enrollment_details');
create trigger refuse_truncate before truncate on public.enrollments for each statement execute function
  outbox.refuse_truncate();

comment on table public.enrollments is
  'Seats in cohorts: bought (learning.enrol_buyer, the only way a payment enrols), or given by an admin, who inserts a '
  'row. One per person and cohort.';
comment on column public.enrollments.email is 'The student''s address, in lower case.';
comment on column public.enrollments.user_id is 'The account. Null: the one with this address, once it is confirmed.';
comment on column public.enrollments.order_item_id is 'The order item that bought it. Null: an admin gave it.';
comment on column public.enrollments.cancelled_by_refund is
  'Its order was refunded. If that refund fails, it is active again when a seat is free.';
comment on column public.enrollments.note is 'Visible to the student and the cohort''s instructors.';
