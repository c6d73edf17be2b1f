create table calendar.entries (
  id uuid primary key,
  source text not null,
  version integer not null default 1,
  synced_version integer not null default 0,
  synced_until timestamptz,
  event_number integer not null default 0,
  conference_number integer not null default 1,
  conference_failures integer not null default 0,
  conference_asked_at timestamptz,
  meet_space text,
  left_out text[] not null default '{}',
  problem text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint an_entry_is_of_a_session_or_appointment check (source in ('tutoring_session', 'appointment')),
  constraint google_has_no_version_that_is_not_there check (synced_version between 0 and version),
  constraint numbers_are_counted_up
    check (event_number >= 0 and conference_number > 0 and conference_failures between 0 and conference_number - 1)
);
create index entries_by_time on calendar.entries (updated_at);

alter table calendar.entries enable row level security;

create trigger touch before update on calendar.entries for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on calendar.entries for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on calendar.entries for each statement execute function
  outbox.refuse_truncate();

comment on table calendar.entries is
  'Tutoring sessions and appointments that have, had, or are to have an event in Google Calendar. Holds no personal '
  'data.';
comment on column calendar.entries.source is 'What it shows: tutoring_session or appointment.';
comment on column calendar.entries.id is 'The id of the row of tutoring_sessions or appointments.';
comment on column calendar.entries.version is
  'Grows with each change that Google must know of; each writes a delivery to the destination calendar.';
comment on column calendar.entries.synced_version is 'The version that Google has. 0: none is known to be there.';
comment on column calendar.entries.synced_until is 'When the event in Google Calendar ends. Null: it has none.';
comment on column calendar.entries.event_number is
  'How many ids of Google''s calendar were used up before this one: a deleted event keeps its id.';
comment on column calendar.entries.conference_number is
  'The number of the conference request under way; its requestId is the id of the row and this number.';
comment on column calendar.entries.conference_failures is
  'Conference requests of this event that failed. After two, a Meet space is made.';
comment on column calendar.entries.conference_asked_at is
  'Since when Google has been making the conference. Null: it is not.';
comment on column calendar.entries.meet_space is 'The link of a Meet space that was made because no conference was.';
comment on column calendar.entries.left_out is
  'Who is not invited, because no usable e-mail address is known: tutor, student, instructor.';
comment on column calendar.entries.problem is 'Why there is no Meet link, where a person must decide. Null: nothing.';
