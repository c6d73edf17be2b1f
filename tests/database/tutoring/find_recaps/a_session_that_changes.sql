begin;
select plan(6);

select tests.create_user('student@tests.example');
select tests.a_session('lesson', 90000);
select tests.receive(tests.fact_meeting('rec_1') || tests.a_summary());
select is((tests.the_recap('rec_1')).tutoring_session_id, null, 'a recording of the day before does not belong to it');

update public.tutoring_sessions s set starts_at = s.starts_at - interval '25 hours',
  ends_at = s.ends_at - interval '25 hours' where s.id = tests.id('lesson');
select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('lesson'), 'once moved to that day it does');
select is((tests.the_session('lesson')).status, 'completed', 'and is completed');

update public.tutoring_sessions s set tutor_email = 'x@tests.example', student_email = 'y@tests.example'
  where s.id = tests.id('lesson');
select is((tests.the_recap('rec_1')).tutoring_session_id, null, 'for other people it does not');
select is((tests.the_session('lesson')).status, 'scheduled', 'and the session has not taken place yet');

update public.tutoring_sessions s set student_email = 'student@tests.example' where s.id = tests.id('lesson');
select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('lesson'), 'one of the two people is enough');

select * from finish();
rollback;
