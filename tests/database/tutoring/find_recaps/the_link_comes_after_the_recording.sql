begin;
select plan(3);

select tests.a_session('lesson', student => 'other@tests.example', tutor => 'other_tutor@tests.example');
select tests.receive(tests.fact_meeting('rec_1',
  '{}') || '{"people": [], "meeting_url": "https://meet.google.com/a-b"}');
select is((tests.the_recap('rec_1')).tutoring_session_id, null, 'nobody is invited, and no session has that link');
update public.tutoring_sessions s set meet_link = 'https://meet.google.com/a-b' where s.id = tests.id('lesson');
select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('lesson'), 'the session gets it: found');
update public.tutoring_sessions s set meet_link = null where s.id = tests.id('lesson');
select is((tests.the_recap('rec_1')).tutoring_session_id, null, 'it was a mistake: not its recording any more');

select * from finish();
rollback;
