begin;
select plan(2);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');

select tests.a_paid_lesson('hour', now() + interval '1 hour');
select is(tests.cancels('tutor@tests.example'), 'tutor requested 1000', 'an hour before');
select is(tests.cancels('student@tests.example'), 'tutor requested 1000', 'the student is told the same');

select * from finish();
rollback;
