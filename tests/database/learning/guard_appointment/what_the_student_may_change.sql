begin;
select plan(6);

select tests.create_user('amina@tests.example');
select tests.a_course('maths', instructor => 'teacher@tests.example');
select tests.enrol('maths', 'amina@tests.example');
insert into public.appointments (email, cohort_id, title, starts_at, ends_at)
  values ('amina@tests.example', tests.id('maths'), 'x', '2027-01-01T10:00Z', '2027-01-01T11:00Z');
select is(tests.by('amina@tests.example', $$ update public.appointments set status = 'confirmed' where true $$),
  '42501', 'he does not confirm it himself');
select is(tests.by('amina@tests.example', $$ update public.appointments set starts_at = starts_at - interval '1 hour'
  where true $$), '42501', 'nor move it');
select is(tests.by('amina@tests.example', $$ update public.appointments set meet_link = 'https://x' where true $$),
  '42501', 'nor say where');
select is(tests.by('amina@tests.example', $$ update public.appointments set status = 'cancelled', title = 'y'
  where true $$), '42501', 'nor anything on the way');
select is(tests.by('amina@tests.example', $$ update public.appointments set status = 'cancelled' where true $$), '1',
  'he cancels it');
select is(tests.by('amina@tests.example', $$ update public.appointments set status = 'confirmed' where true $$),
  '42501', 'and not back');

select * from finish();
rollback;
