create table inbox.shapes (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  version text not null,
  type text not null,
  fields jsonb not null,
  changes text[] not null default '{}',
  only_gone boolean not null default false,
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  count bigint not null default 1,
  event_id uuid,
  accepted_at timestamptz,

  constraint fields_are_an_object check (jsonb_typeof(fields) = 'object')
);
create unique index a_shape_is_one_row on inbox.shapes (provider, version, type, md5(fields::text));

alter table inbox.shapes enable row level security;

comment on table inbox.shapes is
  'The structure of webhooks, by provider, version and type: the JSON type found in each field that is read. No '
  'values. A shape that differs from all earlier ones is shown in ops.attention before an event fails because of it.';
comment on column inbox.shapes.version is
  'Version of the provider''s API, from the event. Empty: the event names none.';
comment on column inbox.shapes.fields is
  'By path: nothing, null, text, number, flag, list or object. Fields that are never read are not listed.';
comment on column inbox.shapes.changes is
  'How it differs from all earlier shapes of its type. Empty: it does not differ, or it was the first.';
comment on column inbox.shapes.only_gone is
  'Fields are missing and nothing else differs: if they appear again later, they are optional.';
comment on column inbox.shapes.count is
  'How many such events were received; the last few may be lost when a worker ends.';
comment on column inbox.shapes.event_id is 'The first of them, in inbox.events.';
comment on column inbox.shapes.accepted_at is 'When an admin accepted it: inbox.accept_shape.';
comment on column inbox.shapes.type is 'The provider''s name for the type of event.';
comment on column inbox.shapes.first_seen is 'When the first one was received.';
comment on column inbox.shapes.last_seen is 'When the latest one was received.';
