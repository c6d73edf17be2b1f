begin;
select plan(7);

select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.a_course('physics', instructor => 'anothers@tests.example');
select tests.enrol('maths', 'student@tests.example');
select tests.enrol('physics', 'other@tests.example');
insert into public.cohort_instructors (cohort_id, user_id)
  values (tests.id('maths'), tests.user_id('anothers@tests.example'));
create function tests.reads(who text) returns text language sql as $$
  select tests.by(who, 'select from public.cohort_instructors') $$;
select is(tests.reads('student@tests.example'), '2', 'a student: the instructors of the own cohorts');
select is(tests.reads('instructor@tests.example'), '1', 'an instructor: the own cohorts');
select is(tests.reads('anothers@tests.example'), '2', 'all of their instructors');
select is(tests.reads('admin@tests.example'), '3', 'an admin: all');
select is(tests.by('instructor@tests.example',
  format('insert into public.cohort_instructors (cohort_id, user_id) values (tests.id(''physics''), %L)',
    tests.user_id('instructor@tests.example'))), '42501', 'nobody appoints themselves');
select is(tests.by('anothers@tests.example', 'delete from public.cohort_instructors where true'), '0',
  'nor dismisses anybody');
select is(tests.by('admin@tests.example', 'delete from public.cohort_instructors where true'), '3', 'admins do');

select * from finish();
rollback;
