begin;
select plan(4);

select tests.a_session('lesson');
select tests.a_session('other', 100000);
select tests.receive(tests.fact_meeting('rec_1'));
select tutoring.match_recap((tests.the_recap('rec_1')).id, tests.id('other'));
select tests.receive(tests.fact_meeting('rec_1', at => 10) || tests.a_summary());
select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('other'), 'its summary changes nothing about it');
select is((tests.the_recap('rec_1')).summary_markdown, 'What was said.', 'but it is there');
update public.tutoring_sessions s set starts_at = s.starts_at - interval '1 minute' where s.id = tests.id('lesson');
select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('other'), 'nor does a change of another session');
delete from public.tutoring_sessions s where s.id = tests.id('other');
update public.tutoring_sessions s set starts_at = s.starts_at + interval '1 minute' where s.id = tests.id('lesson');
select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('lesson'),
  'the session is deleted: looked for again');

select * from finish();
rollback;
