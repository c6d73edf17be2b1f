begin;
select plan(4);

select tests.receive(tests.fact_meeting('rec_1'));
select matches((select a.why from ops.attention a where a.what = 'recap of no session'),
  'with student@tests.example, tutor@tests.example matches no tutoring session', 'a recording of no session');
select tests.a_session('late', 100000);
select isnt_empty($$ select 1 from ops.attention a where a.what = 'recap of no session' $$,
  'a session at another time does not find it');
select lives_ok($$ select tutoring.match_recap((tests.the_recap('rec_1')).id, tests.id('late')) $$,
  'a person says which it is');
select is_empty($$ select 1 from ops.attention a where a.what = 'recap of no session' $$, 'and it is matched');

select * from finish();
rollback;
