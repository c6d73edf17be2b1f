begin;
select plan(6);

select tests.create_user('amina@tests.example');
select tests.a_course('maths', instructor => 'teacher@tests.example');
select tests.enrol('maths', 'amina@tests.example');
insert into public.appointments (email, cohort_id, title, starts_at, ends_at)
  values ('amina@tests.example', tests.id('maths'), 'x', '2027-01-01T10:00Z', '2027-01-01T11:00Z');
select is(tests.by('amina@tests.example', $$ update public.appointments set status = 'confirmed' where true $$),
  '42501', 'the student does not confirm it');
select is(tests.by('amina@tests.example', $$ update public.appointments set starts_at = starts_at - interval '1 hour'
  where true $$), '42501', 'nor move it');
select is(tests.by('amina@tests.example', $$ update public.appointments set meet_link = 'https://x' where true $$),
  '42501', 'nor set the link');
select is(tests.by('amina@tests.example', $$ update public.appointments set status = 'cancelled', title = 'y'
  where true $$), '42501', 'nor change anything together with the cancellation');
select is(tests.by('amina@tests.example', $$ update public.appointments set status = 'cancelled' where true $$), '1',
  'the student cancels it');
select is(tests.by('amina@tests.example', $$ update public.appointments set status = 'confirmed' where true $$),
  '42501', 'and cannot reinstate it');

select * from finish();
rollback;
