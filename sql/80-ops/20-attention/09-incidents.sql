create table ops.incidents (
  id uuid primary key default ops.uuid7(),
  what text not null,
  about text not null,
  which text,
  why text,
  remedy text,
  severity ops.severity not null,
  since timestamptz,
  raised_at timestamptz not null default now(),
  alerted_at timestamptz,
  quiet boolean not null default false,
  resolved_at timestamptz,

  constraint an_incident_ends_after_it_began check (resolved_at >= raised_at)
);
create unique index an_incident_is_open_once on ops.incidents (what, about) where resolved_at is null;
create index incidents_by_end on ops.incidents (resolved_at);
alter table ops.incidents enable row level security;

comment on table ops.incidents is
  'Each line of ops.attention from when it was first seen until it was gone (ops.tell_attention), and whether somebody '
  'was alerted.';
comment on column ops.incidents.about is 'The id in ops.attention.';
comment on column ops.incidents.quiet is
  'Somebody was told of the same thing, and it was resolved within the cool-down before this: no alert, unless it '
  'stays for the cool-down.';
comment on column ops.incidents.what is 'As in ops.attention.';
comment on column ops.incidents.which is 'As in ops.attention.';
comment on column ops.incidents.why is 'As in ops.attention, when it was last seen.';
comment on column ops.incidents.remedy is 'As in ops.attention, when it was last seen.';
comment on column ops.incidents.since is 'As in ops.attention.';
comment on column ops.incidents.raised_at is 'When it was first seen.';
comment on column ops.incidents.alerted_at is 'When somebody was alerted. Null: nobody was.';
comment on column ops.incidents.resolved_at is 'When it was gone. Null: it is open.';
