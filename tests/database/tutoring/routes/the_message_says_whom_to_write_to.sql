begin;
select plan(6);

select tests.create_user('student@tests.example');
select tests.a_session('lesson');
select tests.receive(tests.fact_meeting('rec_1') || tests.a_summary() || tests.a_transcript());
create temporary table message as select m from tests.the_messages('session_recaps/' || (tests.the_recap('rec_1')).id)
  m;

select is((select m ->> 'type' from message), 'recap.created', 'one message');
select is((select m -> 'data' ->> 'summary_markdown' from message), 'What was said.', 'with the summary');
select is((select m -> 'data' -> 'audience' -> 1 ->> 'email' from message), 'student@tests.example',
  'the student''s address');
select is((select m -> 'data' -> 'audience' -> 0 ->> 'email' from message), 'tutor@tests.example', 'and the tutor''s');
select is((select m::text like '%Good morning.%' from message), false, 'but not the transcript');
select is(
  (select m -> 'data' ->> 'email' from public.notifications n, tests.the_messages('notifications/' || n.id) m
    where m ->> 'type' = 'notification.created'),
  'student@tests.example', 'a notification has the address of its account'
);

select * from finish();
rollback;
