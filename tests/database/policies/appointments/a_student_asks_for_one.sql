begin;
select plan(9);

select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.a_course('physics', instructor => 'anothers@tests.example');
select tests.enrol('maths', 'student@tests.example');
select tests.enrol('physics', 'other@tests.example');
create function tests.asks(who text, columns text, more text) returns text language sql as $$
  select tests.by(who,
    format('insert into public.appointments (title, starts_at, ends_at, %s) values (''x'', now(), now() + interval ''1 '
      'hour'', %s)', columns, more))
$$;
select is(tests.asks('student@tests.example', 'cohort_id', 'tests.id(''maths'')'), '1', 'in an own cohort');
select is(tests.asks('student@tests.example', 'cohort_id', 'null'), '1', 'or in none');
select is(tests.asks('student@tests.example', 'cohort_id', 'tests.id(''physics'')'), '42501', 'not in another');
select is(tests.asks('student@tests.example', 'status', '''confirmed'''), '42501', 'a student only requests one');
select is(tests.asks('student@tests.example', 'meet_link', '''https://x'''), '42501', 'and does not set the link');
select is(tests.asks('student@tests.example', 'instructor_user_id', 'gen_random_uuid()'), '42501',
  'nor the instructor');
select is(tests.by('other@tests.example', 'select from public.appointments'), '0', 'others see nothing of it');
select is(tests.by('instructor@tests.example', 'select from public.appointments'), '1',
  'the instructor sees those of the own cohort');
select is(tests.by('other@tests.example', 'update public.appointments set status = ''cancelled'' where true'), '0',
  'and others cancel none');

select * from finish();
rollback;
