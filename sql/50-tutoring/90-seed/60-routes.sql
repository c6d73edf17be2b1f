insert into outbox.routes (destination, message_type, table_name, operations, when_column, description) values
  ('make', 'tutoring_session.created', 'public.tutoring_sessions', '{INSERT}', null, null),
  ('make', 'tutoring_session.changed', 'public.tutoring_sessions', '{UPDATE}', 'status',
    'Completed by its recording, or cancelled.'),
  ('make', 'tutoring_session.changed', 'public.tutoring_sessions', '{UPDATE}', 'starts_at', 'Moved.'),
  ('make', 'tutoring_session.changed', 'public.tutoring_sessions', '{UPDATE}', 'meet_link', null),
  ('make', 'tutoring_session.changed', 'public.tutoring_sessions', '{UPDATE}', 'no_show',
    'Somebody was missing, as its recording shows: student, tutor or both.'),
  ('make', 'tutoring_session.rescheduled', 'public.tutoring_session_changes', '{INSERT}', 'kind',
    'Moved in the app, by whom and why: to data.write_to.'),
  ('make', 'tutoring_session.cancelled', 'public.tutoring_session_changes', '{INSERT}', 'kind',
    'Cancelled in the app, by whom and why, and what is refunded.'),
  ('make', 'tutoring_session.reminder', 'public.session_reminders', '{INSERT}', null,
    'Soon it begins: to data.write_to.'),
  ('make', 'recap.created', 'public.session_recaps', '{INSERT}', null, 'The e-mail with the recap, to data.write_to.'),
  ('make', 'recap.changed', 'public.session_recaps', '{UPDATE}', 'summary_markdown',
    'A summary that was received later, or again.'),
  ('make', 'recap.changed', 'public.session_recaps', '{UPDATE}', 'action_items', null),
  ('make', 'notification.created', 'public.notifications', '{INSERT}', 'by_email', 'To data.email.');

update outbox.routes r set becomes = split_part(r.message_type, '.', 2)
where r.table_name = 'public.tutoring_session_changes';
update outbox.routes r set becomes = 'true' where r.message_type = 'notification.created';
update outbox.routes r set priority = 0 where r.message_type like 'tutoring_session.%';
