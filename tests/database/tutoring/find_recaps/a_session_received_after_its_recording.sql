begin;
select plan(3);

select tests.create_user('student@tests.example');
select tests.receive(tests.fact_meeting('rec_1') || tests.a_summary());
select tests.a_session('lesson');

select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('lesson'), 'finds it');
select is((tests.the_session('lesson')).status, 'completed', 'and is completed');
select is(
  (select array_agg(m ->> 'type') from tests.the_messages('tutoring_sessions/' || tests.id('lesson')) m),
  '{tutoring_session.created,tutoring_session.changed}',
  'the messages are in the order of the changes'
);

select * from finish();
rollback;
