begin;
select plan(3);

select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.create_user('student@tests.example');
insert into public.appointments (user_id, instructor_user_id, cohort_id, title, starts_at, ends_at, status)
values (
  tests.user_id('student@tests.example'), tests.user_id('instructor@tests.example'), tests.id('maths'), 'Talk',
  now() + interval '1 day', now() + interval '25 hours', 'confirmed'
);
select is(
  tests.by('instructor@tests.example', $$ update public.appointments set note = 'bring a pen' where title = 'Talk' $$),
  '1', 'an instructor changes an agreed appointment'
);
delete from public.cohort_instructors where user_id = tests.user_id('instructor@tests.example');
select is(
  tests.by('instructor@tests.example', $$ update public.appointments set note = 'never mind' where title = 'Talk' $$),
  '0', 'once dismissed, not any more'
);
select is(
  tests.by('instructor@tests.example', $$ select from public.appointments where title = 'Talk' $$), '1',
  'it can still be read'
);

select * from finish();
rollback;
