create table console.commands (
  command text primary key,
  label text not null,
  about text,
  needs_reason boolean not null default false,
  each_of text,
  hidden text[] not null default '{}',
  secret boolean not null default false,

  constraint a_command_is_a_function check (command ~ '^[a-z_]+\.[a-z_0-9]+$'),
  constraint a_job_walks_a_list check (each_of in ('events', 'deliveries'))
);
alter table console.commands enable row level security;

comment on table console.commands is
  'What the console may do: the functions of docs/admin.md. Their arguments are read from the functions themselves. A '
  'function that is not in this table cannot be called by the console.';
comment on column console.commands.command is 'The function, such as outbox.pause. There is one of this name.';
comment on column console.commands.label is 'The text of its button.';
comment on column console.commands.about is 'What kind of thing its first argument names. Null: none.';
comment on column console.commands.needs_reason is
  'Whether the console asks why. The function keeps it in ops.decisions or in its own table, and console.actions too.';
comment on column console.commands.each_of is
  'The list that console.start_job may run it for, row by row (events or deliveries): its first argument is the id. '
  'Null: not as a job.';
comment on column console.commands.hidden is 'Arguments that the console does not offer.';
comment on column console.commands.secret is 'Its result is shown once, and never stored in console.actions.';

insert into console.commands (command, label, about, needs_reason, each_of, hidden, secret) values
  ('inbox.retry', 'Try again', 'event', false, 'events', '{facts}', false),
  ('inbox.read_again', 'Read it again', 'event', false, 'events', '{}', false),
  ('inbox.ignore', 'Close, apply nothing', 'event', true, 'events', '{}', false),
  ('inbox.reconcile', 'Ask the provider what is missing', 'provider', false, null, '{}', false),
  ('inbox.accept_shape', 'Accept the new shape', 'shape', true, null, '{}', false),
  ('inbox.accept_latest', 'Accept what is stored', 'provider', true, null, '{}', false),
  ('outbox.retry', 'Send now', 'delivery', false, 'deliveries', '{}', false),
  ('outbox.retry_dead', 'Send all dead ones again', 'destination', false, null, '{}', false),
  ('outbox.retry_waiting', 'Try again at once', 'destination', false, null, '{}', false),
  ('outbox.pause', 'Pause', 'destination', true, null, '{}', false),
  ('outbox.resume', 'Resume', 'destination', false, null, '{}', false),
  ('outbox.disconnect', 'Disconnect', 'destination', true, null, '{}', false),
  ('outbox.cancel', 'Cancel', 'delivery', true, 'deliveries', '{}', false),
  ('outbox.send_copy', 'Send again as a copy', 'delivery', true, 'deliveries', '{}', false),
  ('outbox.mark_processed', 'Its work was done', 'delivery', true, 'deliveries', '{}', false),
  ('outbox.replay', 'Send again what was delivered', 'destination', true, null, '{}', false),
  ('outbox.send_test', 'Send a test message', 'destination', false, null, '{}', false),
  ('outbox.rotate_secret', 'New signing secret', 'destination', false, null, '{secret}', true),
  ('outbox.end_rotation', 'Drop the old secret', 'destination', false, null, '{}', false),
  ('outbox.enable_route', 'Switch on', 'route', true, null, '{}', false),
  ('outbox.disable_route', 'Switch off', 'route', true, null, '{}', false),
  ('outbox.ring', 'Ring the doorbell', null, false, null, '{}', false),
  ('commerce.accept_payment', 'Accept it: make the order', 'payment', true, null, '{}', false),
  ('commerce.close_review', 'Keep the money, make no order', 'payment', true, null, '{}', false),
  ('commerce.request_refund', 'Refund', 'payment', true, null, '{requested_by}', false),
  ('commerce.record_refund', 'Record a refund by hand', 'payment', true, null, '{}', false),
  ('commerce.dismiss_refund', 'Withdraw the refund', 'refund request', true, null, '{}', false),
  ('commerce.refresh_payment', 'Compute it again', 'payment', false, null, '{}', false),
  ('commerce.settle_order', 'Settle', 'order', true, null, '{}', false),
  ('commerce.restock', 'Put back on sale', 'order', false, null, '{}', false),
  ('commerce.cancel_checkout', 'Cancel', 'checkout', false, null, '{}', false),
  ('commerce.refresh_checkout', 'Compute it again', 'checkout', false, null, '{}', false),
  ('commerce.expire_checkouts', 'Expire unpaid checkouts', null, false, null, '{}', false),
  ('community.write_off_credits', 'Let the buyer keep the credits', 'payment', true, null, '{}', false),
  ('community.step_conversation', 'Go on now', 'conversation', false, null, '{}', false),
  ('public.mark_conversation_read', 'No answer is needed', 'conversation', false, null, '{}', false),
  ('community.hand_over', 'Go on in the app', 'conversation', true, null, '{}', false),
  ('tutoring.match_recap', 'Say which session it is of', 'recap', false, null, '{}', false),
  ('tutoring.reschedule', 'Move', 'session', true, null, '{key}', false),
  ('tutoring.cancel', 'Cancel', 'session', true, null, '{}', false),
  ('calendar.connect', 'Connect Google Calendar', null, false, null, '{}', false),
  ('calendar.disconnect', 'Disconnect Google Calendar', null, true, null, '{}', false),
  ('calendar.sync', 'Write to the calendar again', 'session', false, null, '{}', false),
  ('ops.acknowledge', 'Note what was decided', null, true, null, '{}', false),
  ('ops.link_person', 'Link what a guest bought', 'person', true, null, '{}', false),
  ('ops.link_confirmed', 'Link again', 'person', false, null, '{}', false),
  ('ops.schedule_jobs', 'Schedule the cron jobs anew', null, false, null, '{}', false),
  ('ops.audit_consistency', 'Audit now', null, false, null, '{}', false);
