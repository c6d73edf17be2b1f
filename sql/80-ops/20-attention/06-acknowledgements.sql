create table ops.acknowledgements (
  what text not null,
  id text not null,
  seen text not null default '',
  reason text not null,
  acknowledged_by text not null default session_user,
  acknowledged_at timestamptz not null default now(),

  constraint a_thing_is_acknowledged_once primary key (what, id),
  constraint a_reason_is_given check (length(trim(reason)) > 0)
);
alter table ops.acknowledgements enable row level security;

comment on table ops.acknowledgements is
  'What a person has seen and decided, where nothing is left to mend: ops.attention does not show it any more.';
comment on column ops.acknowledgements.what is 'As in ops.attention.';
comment on column ops.acknowledgements.id is 'As in ops.attention.';
comment on column ops.acknowledgements.seen is
  'The sentence that was there. What an audit found is shown again as soon as it says something else.';
comment on column ops.acknowledgements.acknowledged_by is 'Who did: an address, or a role of the database.';
comment on column ops.acknowledgements.acknowledged_at is 'When.';
