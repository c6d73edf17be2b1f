begin;
select plan(6);

select tests.a_session('a');
select tests.a_session('b');
select tests.receive(tests.fact_meeting('rec_1'));
select is((tests.the_recap('rec_1')).tutoring_session_id, null, 'it may be of either: of none');
select matches((select w.why from ops.attention w where w.what = 'recap of no session'),
  'fits 2 tutoring sessions equally well', 'a person is told');
update public.tutoring_sessions s set starts_at = s.starts_at + interval '1 day', ends_at = s.ends_at + interval '1 day'
  where s.id = tests.id('b');
select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('a'), 'one is moved: it is of the other');
select tests.a_session('c');
select is((tests.the_recap('rec_1')).tutoring_session_id, null, 'another one is received: of none again');
select is((tests.the_session('a')).status::text, 'scheduled', 'and nothing says that the first took place');
update public.tutoring_sessions s set meet_link = 'https://meet.google.com/abc-defg-hij' where s.id = tests.id('c');
select tests.receive(tests.fact_meeting('rec_1', at => 1) || '{"meeting_url": "https://meet.google.com/abc-defg-hij"}');
select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('c'), 'its room decides');

select * from finish();
rollback;
