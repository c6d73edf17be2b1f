create type ops.alert_kind as enum ('raised', 'resolved', 'digest');
comment on type ops.alert_kind is
  'raised: something needs a person. resolved: it does not any more. digest: once a day, all that is open.';

create table ops.alerts (
  id uuid primary key default ops.uuid7(),
  kind ops.alert_kind not null,
  severity ops.severity,
  total integer not null,
  text text not null,
  items jsonb not null,
  created_at timestamptz not null default now(),

  constraint items_are_a_list check (jsonb_typeof(items) = 'array')
);
alter table ops.alerts enable row level security;

create trigger capture_change after insert on ops.alerts
for each row execute function outbox.capture_change();
create trigger refuse_truncate before truncate on ops.alerts
for each statement execute function outbox.refuse_truncate();

comment on table ops.alerts is
  'What was told to people: a row makes the message attention.raised, attention.resolved or attention.digest for the '
  'destinations that outbox.routes names. Written by ops.tell_attention.';
comment on column ops.alerts.severity is 'The highest among its items. Null: a digest of nothing.';
comment on column ops.alerts.total is 'How many lines it is about; items has the first 50.';
comment on column ops.alerts.text is 'All of it as plain text, for an e-mail or a chat.';
comment on column ops.alerts.items is '[{what, id, which, why, remedy, severity, since}], as in ops.attention.';
