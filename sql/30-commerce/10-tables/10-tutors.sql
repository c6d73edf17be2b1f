create table public.tutors (
  id uuid primary key default ops.uuid7(),
  email text not null,
  name text,
  time_zone text not null default 'UTC',
  notice_minutes integer not null default 30,
  book_ahead_days integer not null default 180,
  break_minutes integer not null default 0,
  step_minutes integer not null default 30,
  cancel_hours integer not null default 24,
  reschedule_hours integer not null default 24,
  max_reschedules integer not null default 2,
  reminder_minutes integer[] not null default '{1440,60}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_tutor_has_one_address unique (email),
  constraint a_tutors_address_is_lower_case check (email = lower(email) and email ~ '^[^@\s]+@[^@\s]+$'),
  constraint a_name_is_not_blank check (name ~ '\S' and length(name) <= 200),
  -- Raises 22023 for a name that Postgres does not know.
  constraint a_time_zone_is_known check (timestamp '2026-01-01' at time zone time_zone is not null),
  constraint a_notice_is_at_most_90_days check (notice_minutes between 0 and 129600),
  constraint sessions_are_booked_1_to_730_days_ahead check (book_ahead_days between 1 and 730),
  constraint a_break_is_at_most_a_day check (break_minutes between 0 and 1440),
  constraint sessions_begin_every_5_minutes_to_every_day check (step_minutes between 5 and 1440),
  constraint a_session_is_cancelled_at_most_90_days_before check (cancel_hours between 0 and 2160),
  constraint a_session_is_moved_at_most_90_days_before check (reschedule_hours between 0 and 2160),
  constraint a_session_is_moved_at_most_100_times check (max_reschedules between 0 and 100),
  constraint at_most_5_reminders_of_up_to_30_days
    check (cardinality(reminder_minutes) <= 5 and 1 <= all (reminder_minutes) and 43200 >= all (reminder_minutes)
      and array_position(reminder_minutes, null) is null)
);

alter table public.tutors enable row level security;
create policy "everybody reads who teaches" on public.tutors for select to anon, authenticated using (true);
create policy "tutors set their own rules, admins everybody's" on public.tutors for update to authenticated
  using (commerce.is_tutor(id) or (select ops.is_admin()))
  with check (commerce.is_tutor(id) or (select ops.is_admin()));

create trigger touch before update on public.tutors for each row execute function ops.touch_updated_at();

comment on table public.tutors is
  'Tutors whose sessions are sold, and by which rules they are booked, moved and cancelled. A row is added with the '
  'first product that names a tutor_email. Anybody reads all of it but the address, which is for the database owner '
  'and the service key only. When they teach: tutor_hours, tutor_exceptions.';
comment on column public.tutors.email is 'In lower case; products and sessions name the tutor by it.';
comment on column public.tutors.name is
  'What buyers are shown: update public.tutors set name = ''Tom'' where email = ''…''. Null: nothing yet.';
comment on column public.tutors.time_zone is
  'IANA name, such as Africa/Douala or Europe/Berlin: of hours and exceptions that name none, and of the times in '
  'notifications.';
comment on column public.tutors.notice_minutes is
  'A session is booked, or moved, to begin so many minutes from now at the earliest.';
comment on column public.tutors.book_ahead_days is
  'A session is booked, or moved, to begin so many times 24 hours from now at the latest.';
comment on column public.tutors.break_minutes is 'Minutes that stay free between two sessions.';
comment on column public.tutors.step_minutes is
  'Sessions begin when the tutor''s hours open, or any multiple of so many minutes later. A tutor without hours is '
  'booked at any minute.';
comment on column public.tutors.cancel_hours is
  'A student who cancels so many hours before the beginning, or sooner, is refunded; later, not. A tutor''s '
  'cancellation is always refunded.';
comment on column public.tutors.reschedule_hours is
  'A student may move a session until so many hours before it begins.';
comment on column public.tutors.max_reschedules is
  'How often the student may move one session, and how often the tutor may. An admin may at any time.';
comment on column public.tutors.reminder_minutes is
  'How many minutes before a session tutor and student are reminded: {1440,60} is a day and an hour. {}: not at all.';
