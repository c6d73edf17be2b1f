create table calendar.settings (
  only_row boolean primary key default true,
  sessions boolean not null default false,
  appointments boolean not null default false,
  time_zone text not null default 'UTC',
  refused_at timestamptz,
  refused_reason text,
  token_expires_at timestamptz,

  constraint there_is_one_row check (only_row),
  -- Raises 22023 for a name that Postgres does not know.
  constraint a_time_zone_is_known check (timestamp '2026-01-01' at time zone time_zone is not null),
  constraint a_refusal_has_a_time_and_a_reason check ((refused_at is null) = (refused_reason is null))
);
insert into calendar.settings default values;

alter table calendar.settings enable row level security;

comment on table calendar.settings is
  'One row: what is put into Google Calendar. Both are off until select calendar.connect().';
comment on column calendar.settings.sessions is 'Whether tutoring sessions get an event with a Meet link.';
comment on column calendar.settings.appointments is
  'Whether confirmed appointments of the course platform get one, the same way.';
comment on column calendar.settings.time_zone is
  'In which time zone an event is shown whose tutor has no tutor_hours: Africa/Douala. The time itself is exact in '
  'any.';
comment on column calendar.settings.refused_at is
  'Since when Google refuses our credentials or settings. Null: it does not.';
comment on column calendar.settings.refused_reason is 'Why, and what to do.';
comment on column calendar.settings.token_expires_at is
  'When Google ends the consent by itself: it says so for an OAuth app in testing. Null: it does not.';
