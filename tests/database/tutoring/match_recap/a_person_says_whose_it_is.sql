begin;
select plan(4);

select tests.receive(tests.fact_meeting('rec_1'));
select tests.a_session('other', 100000);
select tutoring.match_recap((tests.the_recap('rec_1')).id, tests.id('other'));
select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('other'), 'it is of that session');
select is((select s.status::text from public.tutoring_sessions s where s.id = tests.id('other')), 'completed',
  'which took place');
select throws_ok($$ select tutoring.match_recap((tests.the_recap('rec_1')).id, gen_random_uuid()) $$, 'P0002', null,
  'there is no such session');
select throws_ok($$ select tutoring.match_recap(gen_random_uuid(), tests.id('other')) $$, 'P0002', null,
  'there is no such recap');

select * from finish();
rollback;
