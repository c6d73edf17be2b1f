create table ops.decisions (
  id uuid primary key default ops.uuid7(),
  command text not null,
  about text not null,
  reason text not null,
  decided_by text not null
    default coalesce(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email', session_user),
  decided_at timestamptz not null default now(),

  constraint a_reason_is_given check (length(trim(reason)) > 0)
);
create index decisions_by_subject on ops.decisions (about);
alter table ops.decisions enable row level security;

comment on table ops.decisions is
  'What an admin decided where a statement cannot know: who, when, about what, and why. Written by the commands that '
  'take a reason. Kept for ever: select * from ops.decisions order by id desc.';
comment on column ops.decisions.command is 'The function that was called, such as commerce.accept_payment.';
comment on column ops.decisions.about is 'What it was called for: an id, or the name of a destination.';
comment on column ops.decisions.decided_by is 'The e-mail address of the API''s user, or the role of the database.';
comment on column ops.decisions.decided_at is 'When.';
