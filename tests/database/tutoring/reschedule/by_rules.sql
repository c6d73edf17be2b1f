begin;
select plan(11);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');

select tests.a_paid_lesson('hour', now() + interval '23 hours');
select is(tests.moves('student@tests.example', now() + interval '5 days'), 'PT409 too_late', 'a student in time only');
select is(tests.moves('tutor@tests.example', now() + interval '5 days'), 'tutor 1', 'a tutor at any time');
select is(tests.moves('student@tests.example', now() + interval '6 days'), 'student 2', 'a student once');
select is(tests.moves('student@tests.example', now() + interval '7 days'), 'student 3', 'and twice');
select is(tests.moves('student@tests.example', now() + interval '8 days'), 'PT409 moved_too_often', 'not thrice');
select is(tests.moves('tutor@tests.example', now() + interval '8 days'), 'tutor 4', 'each has a count of their own');
select is(tests.moves('admin@tests.example', now() + interval '8 days'), '22023 reason_missing', 'an admin says why');
select is(tests.moves('admin@tests.example', now() - interval '1 day', 'x'), '22023 starts_at_past', 'not to the past');
select tests.a_booking('other', 'lesson', interval '9 days', 'other@tests.example');
select is(tests.moves('admin@tests.example', now() + interval '9 days', 'x'), 'P0001 sold_out',
  'nor into another session');
select is(tests.moves('admin@tests.example', now() + interval '400 days', 'A sabbatical.'), 'admin 5',
  'but beyond all other rules');
select tests.cancels('admin@tests.example', 'x');
select is(tests.moves('tutor@tests.example', now() + interval '3 days'), 'PT409 session_over',
  'nothing once it is over');

select * from finish();
rollback;
