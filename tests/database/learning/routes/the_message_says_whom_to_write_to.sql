begin;
select plan(7);

select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.enrol('maths', 'student@tests.example');
select tests.enrol('maths', 'gone@tests.example');
update public.enrollments e set status = 'cancelled' where e.email = 'gone@tests.example';
insert into public.appointments (email, cohort_id, title, starts_at, ends_at)
  values ('student@tests.example', tests.id('maths'), 'x', now(), now() + interval '1 hour');
insert into public.student_questions (email, subject, question) values ('student@tests.example', 'x', 'Why?');
insert into public.cohort_messages (cohort_id, author_name, body) values (tests.id('maths'), 'x', 'y');
insert into public.support_tickets (email, subject, body) values ('student@tests.example', 'Help', 'y');
insert into public.ticket_replies (ticket_id, author_email, from_staff, body) select t.id, 'admin@tests.example', true,
  'z' from public.support_tickets t;
create function tests.says(type text) returns jsonb language sql as $$
  select m.payload::jsonb -> 'data' from outbox.messages m where m.type = says.type order by m.sequence desc limit 1
$$;

select is(tests.says('appointment.created') ->> 'instructor_emails', '["instructor@tests.example"]',
  'of an appointment: the instructors who could take it');
select is(tests.says('appointment.created') ->> 'cohort_name', 'maths', 'and the cohort');
select is(tests.says('question.asked') ->> 'instructor_emails', '[]',
  'of a question without a cohort: only the admins');
select is(tests.says('cohort_message.posted') ->> 'student_emails', '["student@tests.example"]',
  'of a message: the students who are still enrolled');
select is(tests.says('cohort_message.posted') ->> 'instructor_emails', '["instructor@tests.example"]',
  'and the instructors');
select is(
  concat_ws(' ', tests.says('ticket.replied') ->> 'ticket_email', tests.says('ticket.replied') ->> 'ticket_subject',
    (tests.says('ticket.replied') ->> 'ticket_number')::bigint > 1000),
  'student@tests.example Help t', 'of a reply: the customer of the ticket'
);
select is(tests.says('enrollment.created') -> 'order_number', 'null', 'of a seat that an admin gave: no order');

select * from finish();
rollback;
