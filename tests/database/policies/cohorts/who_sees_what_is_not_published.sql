begin;
select plan(5);

select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example', published => false);
select tests.enrol('maths', 'student@tests.example');
create function tests.sees(who text) returns text language sql as $$
  select tests.by(who, $q$ select from public.cohorts c where c.id = tests.id('maths') $q$) $$;

select is(tests.sees('guest') || tests.sees('other@tests.example'), '00', 'strangers do not');
select is(tests.sees('student@tests.example'), '1', 'its students do');
select is(tests.sees('instructor@tests.example'), '1', 'its instructors');
select is(tests.sees('admin@tests.example'), '1', 'and admins');
update public.enrollments e set status = 'cancelled' where e.cohort_id = tests.id('maths');
select is(tests.sees('student@tests.example'), '0', 'a student who gave the seat back does not');

select * from finish();
rollback;
