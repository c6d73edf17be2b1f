begin;
select plan(4);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');

select tests.a_paid_lesson('hour', now() + interval '3 days');
select is(tests.moves('student@tests.example', now() + interval '4 days', key => 'one'), 'student 1', 'moved');
select tests.moves('tutor@tests.example', now() + interval '5 days');
select is(tests.moves('student@tests.example', now() + interval '4 days', key => 'one'), 'student 1',
  'a late copy of the call is answered the same');
select is((tests.the_session('session')).starts_at, now() + interval '5 days', 'and moves nothing back');
select is(tests.moves('student@tests.example', now() + interval '6 days', key => 'one'), 'PT409 key_reused',
  'another time needs another key');

select * from finish();
rollback;
