begin;
select plan(1);

select tests.a_course('maths');
select tests.a_course('physics');
select tests.enrol('maths', 'amina@tests.example');
select throws_ok($$ update public.enrollments e set cohort_id = tests.id('physics')
  where e.cohort_id = tests.id('maths') $$, '23514', 'an enrollment stays in its cohort',
  'otherwise the seats of both would have to be counted');

select * from finish();
rollback;
