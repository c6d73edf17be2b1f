begin;
select plan(4);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');

update public.tutors set name = 'Tom', time_zone = 'Africa/Douala' where email = 'tutor@tests.example';
select tests.a_paid_lesson('hour', now() + interval '3 days');
select tests.moves('student@tests.example', now() + interval '4 days', 'A dentist.');
select tests.cancels('tutor@tests.example', 'I am ill.');
create function tests.sent(type text) returns jsonb language sql as $$
  select m.payload::jsonb -> 'data' from outbox.messages m where m.type = sent.type order by m.sequence desc limit 1
$$;
select ok(tests.sent('tutoring_session.rescheduled') @> jsonb_build_object('changed_as', 'student', 'reason',
  'A dentist.', 'refund', null, 'tutoring_session_id', tests.id('session')), 'who moved it and why');
select ok(tests.sent('tutoring_session.rescheduled') @> '{"tutor_email": "tutor@tests.example", "tutor_name": "Tom",
  "student_email": "student@tests.example", "title": "Lesson", "time_zone": "Africa/Douala"}', 'whom to write to');
select ok(tests.sent('tutoring_session.cancelled') @> '{"changed_as": "tutor", "reason": "I am ill.",
  "refund": "requested", "refund_minor": 1000, "refund_currency": "EUR", "status": "cancelled"}', 'what is refunded');
select is((select count(*)::integer from outbox.messages m
  where m.type in ('tutoring_session.rescheduled', 'tutoring_session.cancelled')), 2, 'each once');

select * from finish();
rollback;
