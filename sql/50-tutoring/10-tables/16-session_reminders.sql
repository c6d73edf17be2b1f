create table public.session_reminders (
  id uuid primary key default ops.uuid7(),
  tutoring_session_id uuid not null,
  starts_at timestamptz not null,
  minutes_before integer not null,
  created_at timestamptz not null default now(),

  constraint a_reminder_is_of_a_session foreign key (tutoring_session_id) references public.tutoring_sessions (id)
    on delete cascade,
  constraint people_are_reminded_once unique (tutoring_session_id, starts_at, minutes_before),
  constraint a_reminder_is_before_the_session check (minutes_before > 0)
);

alter table public.session_reminders enable row level security;
-- Readers see only the reminders of their own sessions: the policy of tutoring_sessions holds here too.
create policy "people read the reminders of their own sessions, admins all"
  on public.session_reminders for select to authenticated
  using (exists (select 1 from public.tutoring_sessions s where s.id = tutoring_session_id));

create trigger capture_change after insert or update or delete on public.session_reminders
for each row execute function outbox.capture_change('tutoring.reminder_details');
create trigger refuse_truncate before truncate on public.session_reminders for each statement execute function
  outbox.refuse_truncate();

comment on table public.session_reminders is
  'Which reminders of tutoring sessions were sent (tutoring.remind): one for each time and each of '
  'tutors.reminder_minutes. A session that is moved is reminded of anew.';
comment on column public.session_reminders.starts_at is 'When the session was to begin.';
comment on column public.session_reminders.minutes_before is 'Which of tutors.reminder_minutes it is.';
