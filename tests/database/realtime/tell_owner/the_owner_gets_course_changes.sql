begin;
select plan(1);

select tests.create_user('student@tests.example');
select tests.a_course('maths');
select tests.enrol('maths', 'student@tests.example');
insert into public.appointments (email, title, starts_at, ends_at) values ('student@tests.example', 'x', now(),
  now() + interval '1 hour');
insert into public.student_questions (user_id, subject, question) values (tests.user_id('student@tests.example'), 'x',
  'Why?');
update public.student_questions q set answer = 'Because.' where true;
insert into public.support_tickets (user_id, subject, body) values (tests.user_id('student@tests.example'), 'x', 'y');
select set_eq(
  $$ select m.event, m.payload ->> 'table' from realtime.messages m
  where m.topic = 'user:' || tests.user_id('student@tests.example') $$,
  $$ values ('INSERT', 'enrollments'), ('INSERT', 'appointments'), ('INSERT', 'student_questions'),
  ('UPDATE', 'student_questions'), ('INSERT', 'support_tickets') $$,
  'of a seat, an appointment, the answer to a question, a ticket'
);

select * from finish();
rollback;
