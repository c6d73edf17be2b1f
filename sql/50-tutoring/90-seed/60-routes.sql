insert into outbox.routes (destination, message_type, table_name, operations, when_column, description) values
  ('make', 'tutoring_session.created', 'public.tutoring_sessions', '{INSERT}', null, null),
  ('make', 'tutoring_session.changed', 'public.tutoring_sessions', '{UPDATE}', 'status',
    'Completed by its recording, or cancelled.'),
  ('make', 'tutoring_session.changed', 'public.tutoring_sessions', '{UPDATE}', 'starts_at', 'Moved.'),
  ('make', 'tutoring_session.changed', 'public.tutoring_sessions', '{UPDATE}', 'meet_link', null),
  ('make', 'recap.created', 'public.session_recaps', '{INSERT}', null, 'The e-mail with the recap, to data.audience.'),
  ('make', 'recap.changed', 'public.session_recaps', '{UPDATE}', 'summary_markdown',
    'A summary that was received later, or again.'),
  ('make', 'recap.changed', 'public.session_recaps', '{UPDATE}', 'action_items', null),
  ('make', 'notification.created', 'public.notifications', '{INSERT}', null, 'To data.email.');

update outbox.routes r set priority = 0 where r.message_type like 'tutoring_session.%';
