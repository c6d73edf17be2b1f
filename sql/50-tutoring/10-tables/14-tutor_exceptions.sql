create type public.tutor_exception_kind as enum ('off', 'extra');
comment on type public.tutor_exception_kind is
  'off: the tutor does not teach. extra: the tutor does, beyond the weekly hours, and although a day is off.';

create table public.tutor_exceptions (
  id uuid primary key default ops.uuid7(),
  tutor_id uuid not null,
  kind public.tutor_exception_kind not null,
  first_day date not null,
  last_day date not null,
  opens_at time,
  closes_at time,
  time_zone text not null,
  note text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint an_exception_is_a_tutors foreign key (tutor_id) references public.tutors (id) on delete cascade,
  constraint an_exception_ends_when_it_begins_or_later check (first_day <= last_day),
  constraint an_exception_lasts_at_most_a_year check (last_day - first_day <= 366),
  constraint an_exception_has_both_times_or_none check ((opens_at is null) = (closes_at is null)),
  constraint a_time_begins_before_it_ends check (opens_at < closes_at),
  constraint extra_hours_say_from_when_to_when check (kind = 'off' or opens_at is not null),
  -- Raises 22023 for a name that Postgres does not know.
  constraint a_time_zone_is_known check (timestamp '2026-01-01' at time zone time_zone is not null),
  constraint a_note_is_at_most_500_characters check (length(note) <= 500)
);
create index tutor_exceptions_by_tutor on public.tutor_exceptions (tutor_id, last_day);

alter table public.tutor_exceptions enable row level security;
create policy "tutors read their own exceptions, admins all" on public.tutor_exceptions for select to authenticated
  using (commerce.is_tutor(tutor_id) or (select ops.is_admin()));
create policy "tutors add their own exceptions, admins everybody's"
  on public.tutor_exceptions for insert to authenticated
  with check (commerce.is_tutor(tutor_id) or (select ops.is_admin()));
create policy "tutors change their own exceptions, admins everybody's"
  on public.tutor_exceptions for update to authenticated
  using (commerce.is_tutor(tutor_id) or (select ops.is_admin()))
  with check (commerce.is_tutor(tutor_id) or (select ops.is_admin()));
create policy "tutors remove their own exceptions, admins everybody's"
  on public.tutor_exceptions for delete to authenticated
  using (commerce.is_tutor(tutor_id) or (select ops.is_admin()));

create trigger touch before update on public.tutor_exceptions for each row execute function ops.touch_updated_at();

comment on table public.tutor_exceptions is
  'Days on which a tutor''s weekly hours do not hold: days off, and extra hours. What is booked already stays booked. '
  'Strangers do not read it: they are told the free times (tutoring.free_times).';
comment on column public.tutor_exceptions.first_day is 'The first day of it, in time_zone.';
comment on column public.tutor_exceptions.last_day is 'The last day of it. Left out: the first.';
comment on column public.tutor_exceptions.opens_at is
  'Local time from which it holds, on each of the days. Null, for days off: the whole day.';
comment on column public.tutor_exceptions.closes_at is 'Local time until which it holds; 24:00: midnight.';
comment on column public.tutor_exceptions.time_zone is 'IANA name. Left out: tutors.time_zone.';
comment on column public.tutor_exceptions.note is 'For the tutor and admins: why.';
