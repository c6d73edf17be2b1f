create table public.tutor_hours (
  id uuid primary key default ops.uuid7(),
  tutor_id uuid not null,
  weekday smallint not null,
  opens_at time not null,
  closes_at time not null,
  time_zone text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint hours_are_a_tutors foreign key (tutor_id) references public.tutors (id) on delete cascade,
  constraint hours_are_named_once unique (tutor_id, weekday, opens_at, time_zone),
  constraint a_weekday_is_1_to_7 check (weekday between 1 and 7),
  constraint hours_begin_before_they_end check (opens_at < closes_at),
  -- Raises 22023 for a name that Postgres does not know.
  constraint a_time_zone_is_known check (timestamp '2026-01-01' at time zone time_zone is not null)
);

alter table public.tutor_hours enable row level security;
create policy "everybody reads when tutors can be booked" on public.tutor_hours for select to anon, authenticated
  using (true);
create policy "tutors add their own hours, admins everybody's" on public.tutor_hours for insert to authenticated
  with check (commerce.is_tutor(tutor_id) or (select ops.is_admin()));
create policy "tutors change their own hours, admins everybody's" on public.tutor_hours for update to authenticated
  using (commerce.is_tutor(tutor_id) or (select ops.is_admin()))
  with check (commerce.is_tutor(tutor_id) or (select ops.is_admin()));
create policy "tutors remove their own hours, admins everybody's" on public.tutor_hours for delete to authenticated
  using (commerce.is_tutor(tutor_id) or (select ops.is_admin()));

create trigger touch before update on public.tutor_hours for each row execute function ops.touch_updated_at();

comment on table public.tutor_hours is
  'When a tutor''s sessions may be booked, week by week: several rows a day, if need be. A tutor without a row here, '
  'and without extra hours in tutor_exceptions, can be booked at any time. Hours that touch count as one span. Notice, '
  'breaks and more: tutors.';
comment on column public.tutor_hours.weekday is '1 Monday to 7 Sunday, in time_zone.';
comment on column public.tutor_hours.opens_at is 'Local time from which a session may begin.';
comment on column public.tutor_hours.closes_at is 'Local time by which it must end; 24:00: midnight.';
comment on column public.tutor_hours.time_zone is
  'IANA name, such as Africa/Douala or Europe/Berlin; summer time is followed. Left out: tutors.time_zone.';
