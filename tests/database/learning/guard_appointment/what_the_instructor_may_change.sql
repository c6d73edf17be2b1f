begin;
select plan(6);

select tests.create_user('amina@tests.example');
select tests.a_course('maths', instructor => 'teacher@tests.example');
select tests.enrol('maths', 'amina@tests.example');
insert into public.appointments (email, cohort_id, title, starts_at, ends_at)
  values ('amina@tests.example', tests.id('maths'), 'x', '2027-01-01T10:00Z', '2027-01-01T11:00Z');
select tests.create_user('other@tests.example');
insert into public.cohort_instructors (cohort_id, user_id)
  values (tests.id('maths'), tests.user_id('other@tests.example'));
select is(
  tests.by('teacher@tests.example', $$ update public.appointments set status = 'confirmed', starts_at = starts_at -
    interval '1 hour', meet_link = 'https://meet.example/1' where true $$),
  '1', 'the instructor confirms and moves it, and sets the link'
);
select is((select a.instructor_user_id from public.appointments a), tests.user_id('teacher@tests.example'),
  'and becomes its instructor');
select is(
  tests.by('other@tests.example', format('update public.appointments set instructor_user_id = %L where true',
    tests.user_id('other@tests.example'))), '42501', 'nobody else takes it over'
);
select is(tests.by('teacher@tests.example', $$ update public.appointments set instructor_user_id = null where true $$),
  '42501', 'nor can it be given to nobody');
select is(tests.by('teacher@tests.example', $$ update public.appointments set email = 'x@tests.example' where true $$),
  '42501', 'the student does not change');
select is(tests.by('teacher@tests.example', $$ update public.appointments set status = 'completed' where true $$), '1',
  'the instructor completes it');

select * from finish();
rollback;
