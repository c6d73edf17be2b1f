begin;
select plan(4);

select tests.create_user('tutor@tests.example');
select tests.create_user('student@tests.example');
select tests.a_session('lesson');
select tests.receive(tests.fact_meeting('rec_1'));
select is(tests.notified('rec_1'), null, 'nothing to read, no notification');
select tests.receive(tests.fact_meeting('rec_1', at => 1) || tests.a_summary());
update public.notifications n set read_at = now() where n.session_recap_id = (tests.the_recap('rec_1')).id;
select tests.receive(tests.fact_meeting('rec_1', at => 2) || tests.a_summary('anew') || tests.an_action_item());
select tests.receive(tests.fact_meeting('rec_1', at => 0) || tests.a_transcript());

select is(tests.notified('rec_1'), 'student@tests.example tutor@tests.example', 'tutor and student, once each');
select is((select count(*)::integer from public.notifications n where n.read_at is not null), 2,
  'a read one stays read');
select is((select distinct n.kind || ': ' || n.title || ': ' || n.body from public.notifications n),
  'recap_ready: Your recap is ready: Title 2', 'with the current title of the meeting');

select * from finish();
rollback;
