insert into outbox.routes (destination, message_type, table_name, operations, when_column, description) values
  ('make', 'enrollment.created', 'public.enrollments', '{INSERT}', null, 'The welcome e-mail, to data.email.'),
  ('make', 'enrollment.changed', 'public.enrollments', '{UPDATE}', 'status', 'Completed, cancelled, or active again.'),
  ('make', 'appointment.created', 'public.appointments', '{INSERT}', null, 'Tell data.instructor_emails.'),
  ('make', 'appointment.changed', 'public.appointments', '{UPDATE}', 'status',
    'Confirmed, cancelled or completed: tell data.email.'),
  ('make', 'appointment.changed', 'public.appointments', '{UPDATE}', 'starts_at', 'Moved.'),
  ('make', 'appointment.changed', 'public.appointments', '{UPDATE}', 'meet_link', null),
  ('make', 'question.asked', 'public.student_questions', '{INSERT}', null, 'Tell data.instructor_emails.'),
  ('make', 'question.answered', 'public.student_questions', '{UPDATE}', 'answered_at', 'The answer, to data.email.'),
  ('make', 'question.changed', 'public.student_questions', '{UPDATE}', 'edited_at', 'Changed by the student.'),
  ('make', 'question.changed', 'public.student_questions', '{UPDATE}', 'deleted_at',
    'Deleted by the student: subject and question are null.'),
  ('make', 'cohort_message.posted', 'public.cohort_messages', '{INSERT}', null,
    'To data.student_emails and data.instructor_emails.'),
  ('make', 'cohort_message.changed', 'public.cohort_messages', '{UPDATE}', 'edited_at', 'Changed by its author.'),
  ('make', 'cohort_message.changed', 'public.cohort_messages', '{UPDATE}', 'deleted_at',
    'Deleted by its author: body is null.'),
  ('make', 'ticket.opened', 'public.support_tickets', '{INSERT}', null, 'Tell an admin.'),
  ('make', 'ticket.changed', 'public.support_tickets', '{UPDATE}', 'status', 'Tell data.email.'),
  ('make', 'ticket.replied', 'public.ticket_replies', '{INSERT}', null,
    'From staff: to data.ticket_email. Else tell an admin.'),
  ('make', 'error.reported', 'public.error_reports', '{INSERT}', null, 'Tell an admin.'),
  ('make', 'form.submitted', 'public.form_submissions', '{INSERT}', null,
    'Received from outside; no other destination gets it.');

-- A seat was paid for. Texts that people write come last: a flood of them must not delay paid orders.
update outbox.routes r set priority = 0 where r.message_type like 'enrollment.%';
update outbox.routes r set priority = 2
where r.message_type like any (array['question.%', 'cohort_message.%', 'ticket.%', 'error.%', 'form.%']);
