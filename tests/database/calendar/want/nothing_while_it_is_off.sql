begin;
select plan(3);

select tests.a_coming_session('lesson');
select tests.a_coming_appointment('talk');
select is_empty($$ select e.id from calendar.entries e where e.id in (tests.id('lesson'), tests.id('talk')) $$,
  'no entry is made');
select lives_ok($$ update public.tutoring_sessions s set status = 'cancelled' where s.id = tests.id('lesson') $$,
  'sessions change as ever');
select is(tests.asked_of_google('lesson'), null, 'nothing is asked of Google');

select * from finish();
rollback;
