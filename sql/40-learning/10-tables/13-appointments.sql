create table public.appointments (
  id uuid primary key default ops.uuid7(),
  user_id uuid,
  email text,
  instructor_user_id uuid,
  cohort_id uuid,
  title text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  status public.appointment_status not null default 'requested',
  meet_link text,
  calendar_event_id text,
  calendar_as_of jsonb not null default '{}',
  cancelled_by_calendar boolean not null default false,
  note text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint an_appointment_may_be_of_a_cohort foreign key (cohort_id) references public.cohorts (id),
  constraint a_calendar_names_an_appointment_once unique (calendar_event_id),
  constraint an_appointment_is_somebodys check (num_nonnulls(user_id, email) > 0),
  constraint an_address_is_lower_case check (email = lower(email) and length(email) <= 320),
  constraint a_title_is_not_blank check (title ~ '\S' and length(title) <= 200),
  constraint an_appointment_ends_after_it_starts check (ends_at > starts_at),
  constraint a_link_is_https check (meet_link ~ '^https://[^/]' and length(meet_link) <= 2000),
  constraint a_calendars_id_is_short check (length(calendar_event_id) <= 1024),
  constraint a_note_is_short check (length(note) <= 2000)
);
create index appointments_by_user on public.appointments (user_id);
create index appointments_by_email on public.appointments (email);
create index appointments_by_instructor on public.appointments (instructor_user_id);
create index appointments_by_cohort on public.appointments (cohort_id);

alter table public.appointments enable row level security;
create policy "people read their own appointments, admins all" on public.appointments for select to authenticated
  using (
    user_id = (select auth.uid())
    or (user_id is null and email = (select ops.my_email()))
    or instructor_user_id = (select auth.uid())
    or (select ops.is_admin())
    or learning.teaches(cohort_id)
  );
create policy "students ask for appointments, admins arrange any" on public.appointments for insert to authenticated
  with check (
    (select ops.is_admin())
    or (
      user_id = (select auth.uid())
      and email is not distinct from (select ops.my_email())
      and status = 'requested'
      and num_nonnulls(instructor_user_id, meet_link, calendar_event_id) = 0
      and (cohort_id is null or learning.attends(cohort_id))
    )
  );
-- learning.guard_appointment decides who may change which column.
create policy "people change their own appointments, admins all" on public.appointments for update to authenticated
  using (
    user_id = (select auth.uid())
    or (user_id is null and email = (select ops.my_email()))
    -- A dismissed instructor can still read existing appointments, but not change them.
    or (instructor_user_id = (select auth.uid()) and cohort_id is null)
    or (select ops.is_admin())
    or learning.teaches(cohort_id)
  );

create trigger touch before update on public.appointments for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.appointments
for each row execute function outbox.capture_change('learning.appointment_details');
create trigger enforce_quota before insert on public.appointments for each row execute function ops.enforce_quota();
create trigger refuse_truncate before truncate on public.appointments for each statement execute function
  outbox.refuse_truncate();

comment on table public.appointments is
  'Appointments of a student with an instructor. A student requests one and may cancel it; an instructor of the '
  'cohort, or an admin, confirms, moves and completes it. Paid tutoring: tutoring_sessions.';
comment on column public.appointments.user_id is
  'The student''s account. Null: the one with the address email, once it is confirmed.';
comment on column public.appointments.email is 'The student''s address, in lower case.';
comment on column public.appointments.instructor_user_id is
  'The instructor. Null: none yet; the instructor who confirms it takes it.';
comment on column public.appointments.cohort_id is
  'The cohort; its instructors see the appointment. Null: it is for the admins.';
comment on column public.appointments.calendar_event_id is
  'Its id in the calendar; a change in the calendar finds it by this id.';
comment on column public.appointments.calendar_as_of is
  'For each part the time of the calendar''s latest change, and the id of its event: an older event is not applied.';
comment on column public.appointments.cancelled_by_calendar is
  'It was cancelled in the calendar: if it is confirmed there again, it takes place after all.';
comment on column public.appointments.note is 'Visible to the student and the instructor.';
comment on column public.appointments.meet_link is 'The link to the meeting.';
