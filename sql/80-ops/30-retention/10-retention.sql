create table ops.retention (
  what text primary key,
  keep interval,
  description text not null,
  reached text,
  walk_began_at timestamptz not null default now(),

  constraint something_is_kept_for_an_hour check (keep >= interval '1 hour'),
  constraint an_event_is_kept_while_it_may_be_sent_again check (what <> 'events' or keep >= interval '45 days')
);
alter table ops.retention enable row level security;

comment on table ops.retention is
  'How long rows are kept: update ops.retention set keep = interval ''60 days'' where what = ''attempts''. Orders, '
  'payments and all other business data are never deleted.';
comment on column ops.retention.keep is 'Null: for ever.';
comment on column ops.retention.reached is
  'The last id that ops.purge has read; rows that must stay behind it are not read again before the next day.';
comment on column ops.retention.walk_began_at is 'When it last started from the oldest row.';

insert into ops.retention (what, keep, description) values
  ('attempts', '30 days', 'The log of every try.'),
  ('deliveries', '90 days',
    'Delivered or cancelled, from then on, and with their receipt where one is due; and each message without any '
    'delivery left.'),
  ('dead deliveries', '180 days', 'Dead, from then on; and each message without any delivery left.'),
  ('reconciler requests', '1 day', 'Messages that sent the reconciler.'),
  ('reconciliations', '7 days', 'Its runs that found nothing missing.'),
  ('reconciliations that found', '90 days', 'Its runs that did.'),
  ('inquiries', '60 days', 'Which payments a provider was asked about.'),
  ('audits', '30 days', 'Runs of the audit that found nothing.'),
  ('audits that found', '400 days', 'Its runs that did.'),
  ('checkout requests', '2 days',
    'Calls of functions/checkout: for as long a repeated one gets the first one''s answer.'),
  ('events', '400 days',
    'Webhooks that are settled, and that no message refers to. At least 45 days: an event is known again by its row, '
    'and providers send for up to 30 days.'),
  ('latest facts', '45 days',
    'Facts about customers, memberships, products and disputes of one time; for as long as providers send again.'),
  ('shapes', '400 days', 'Shapes of webhooks that were not received again.'),
  ('rejections', '90 days', 'Rejected requests.'),
  ('endpoint failures', '90 days', 'Requests of buyers that could not be served.'),
  ('couriers', '1 day', 'Runs of the courier.'),
  ('quota usage', '2 hours', 'Counters of ops.quotas.'),
  ('checkout limits', '1 day', 'Counters of commerce.checkout_limits.'),
  ('incidents', '400 days', 'What needed a person, from when it did not any more.'),
  ('alerts', '90 days', 'What people were told of it.'),
  ('calendar entries', '400 days', 'Of sessions and appointments whose calendar event is over.'),
  ('person links', '400 days', 'Which purchases an account got when it confirmed its address. Links by hand stay.'),
  ('notifications', '400 days', 'What accounts were told, read or not.'),
  ('session reminders', '400 days', 'Which reminders of tutoring sessions were sent.'),
  ('text versions', '400 days', 'What questions and messages said before they were changed or deleted.'),
  ('conversations', '400 days', 'Closed ones with their messages, from when the membership ended.'),
  ('console actions', '400 days', 'What admins did with the console.'),
  ('console jobs', '90 days', 'Jobs of the console that have ended.'),
  ('topic changes', '7 days', 'What was broadcast to private Realtime topics: for so long an app may be away.'),
  ('cron log', '1 day', 'Runs of cron''s jobs.');
comment on column ops.retention.what is 'What is kept: a branch of ops.purge.';
