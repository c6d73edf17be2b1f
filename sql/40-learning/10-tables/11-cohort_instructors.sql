create table public.cohort_instructors (
  cohort_id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null default now(),

  primary key (cohort_id, user_id),
  constraint an_instructor_is_of_a_cohort foreign key (cohort_id) references public.cohorts (id) on delete cascade
);
create index cohort_instructors_by_user on public.cohort_instructors (user_id);

alter table public.cohort_instructors enable row level security;
create policy "people read who teaches them, admins all" on public.cohort_instructors for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()) or learning.attends(cohort_id));
create policy "admins appoint instructors" on public.cohort_instructors for insert to authenticated with
  check ((select ops.is_admin()));
create policy "admins dismiss instructors" on public.cohort_instructors for delete to authenticated
  using ((select ops.is_admin()));

comment on table public.cohort_instructors is
  'The instructors of a cohort: they see its students, answer their questions, write to them.';
comment on column public.cohort_instructors.user_id is 'The account (auth.users).';
