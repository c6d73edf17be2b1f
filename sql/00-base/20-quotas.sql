create table ops.quotas (
  what text primary key,
  per_hour integer not null,
  description text not null,

  constraint a_quota_allows_something check (per_hour > 0)
);
alter table ops.quotas enable row level security;

comment on table ops.quotas is
  'How many rows of a table one account may write in an hour: update ops.quotas set per_hour = 50 where what = '
  '''public.error_reports''. Admins, the service key and SQL are not limited.';
comment on column ops.quotas.what is 'A table with the trigger ops.enforce_quota.';

insert into ops.quotas (what, per_hour, description) values
  ('public.error_reports', 60, 'What an app reports by itself.'),
  ('public.student_questions', 20, 'Questions of students.'),
  ('public.support_tickets', 10, 'Tickets.'),
  ('public.ticket_replies', 60, 'Replies to tickets.'),
  ('public.cohort_messages', 60, 'Messages in a cohort.'),
  ('public.conversation_messages', 60, 'Messages of members in the app.'),
  ('public.text_versions', 120, 'Changes of questions and messages.'),
  ('public.notification_preferences', 200, 'What an account wants to be told.'),
  ('public.appointments', 10, 'Requests for a talk.');
comment on column ops.quotas.per_hour is 'How many an account may write in an hour.';
