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
  'What webhooks look like, by provider, version and type: of each field that is read, what was found there. No '
  'values. A shape that differs from all before it is shown in ops.attention before anything fails for it.';
comment on column inbox.shapes.version is 'Of the provider''s API, as the event says. Empty: it does not say.';
comment on column inbox.shapes.fields is
  'By path: nothing, null, text, number, flag, list or object. Fields that nobody reads are not among them.';
comment on column inbox.shapes.changes is
  'In what it differed from all shapes of its type before it, in words. Empty: in nothing that matters, or it was the '
  'first.';
comment on column inbox.shapes.only_gone is
  'Fields are missing, and nothing else: where they come again later, they are optional.';
comment on column inbox.shapes.count is 'How many such events there were; a worker that ends may forget the last few.';
comment on column inbox.shapes.event_id is 'The first of them, in inbox.events.';
comment on column inbox.shapes.accepted_at is 'When a person took note of it: inbox.accept_shape.';
