begin;
select plan(9);

select tests.create_user('student@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.enrol('maths', 'student@tests.example');
create function tests.told(table_name text) returns text language sql as $$
  select string_agg(concat_ws(' ', m.payload::jsonb ->> 'type', m.payload::jsonb -> 'change' ->> 'columns'), ', '
    order by m.sequence)
  from outbox.messages m join outbox.deliveries d on d.message_id = m.id
  where d.destination = 'make' and m.record_key like table_name || '/%'
$$;
update public.enrollments e set note = 'x' where true;
update public.enrollments e set status = 'completed' where true;
select is(tests.told('enrollments'), 'enrollment.created, enrollment.changed ["status"]',
  'of an enrollment, and its changes');

insert into public.appointments (email, cohort_id, title, starts_at, ends_at)
  values ('student@tests.example', tests.id('maths'), 'x', '2027-01-01T10:00Z', '2027-01-01T11:00Z');
update public.appointments a set note = 'x', title = 'y' where true;
update public.appointments a set starts_at = starts_at + interval '1 minute', meet_link = 'https://x' where true;
update public.appointments a set status = 'confirmed' where true;
select is(
  tests.told('appointments'),
  'appointment.created, appointment.changed ["meet_link", "starts_at"], appointment.changed ["status"]',
  'of an appointment, and when it is moved, gets a link or is confirmed; not of a note'
);

insert into public.student_questions (email, cohort_id, subject, question)
  values ('student@tests.example', tests.id('maths'), 'x', 'Why?');
update public.student_questions q set subject = 'y' where true;
update public.student_questions q set answer = 'Because.' where true;
select is(tests.told('student_questions'),
  'question.asked, question.changed ["edited_at", "subject"], '
    'question.answered ["answer", "answer_source", "answered_at"]', 'of a question, its change and its answer');

insert into public.cohort_messages (cohort_id, author_name, body) values (tests.id('maths'), 'x', 'y');
update public.cohort_messages m set hidden_at = now() where true;
delete from public.cohort_messages m where true;
select is(tests.told('cohort_messages'), 'cohort_message.posted', 'of a message to a cohort; not of its deletion');

insert into public.support_tickets (email, subject, body) values ('student@tests.example', 'x', 'y');
update public.support_tickets t set priority = 'high' where true;
update public.support_tickets t set status = 'closed' where true;
select is(tests.told('support_tickets'), 'ticket.opened, ticket.changed ["status"]',
  'of a ticket, and its status');

insert into public.ticket_replies (ticket_id, author_email, from_staff, body) select t.id, 'a@x', false,
  'z' from public.support_tickets t;
select is(tests.told('ticket_replies'), 'ticket.replied', 'of a reply');

insert into public.error_reports (app, message) values ('app', 'x');
update public.error_reports r set resolved_at = now() where true;
select is(tests.told('error_reports'), 'error.reported', 'of an error');

insert into public.form_submissions (provider, provider_ref, form) values ('make', 'f1', 'contact');
select is(tests.told('form_submissions'), 'form.submitted', 'of a form');
select is(tests.told('cohorts'), null, 'no route names cohorts');

select * from finish();
rollback;
