begin;
select plan(7);

select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.a_course('physics', instructor => 'anothers@tests.example');
select tests.enrol('maths', 'student@tests.example');
select tests.enrol('physics', 'other@tests.example');
select tests.by('student@tests.example', $$ insert into public.student_questions (subject, question, cohort_id)
  values ('in maths', 'Why?', tests.id('maths')), ('in none', 'Why?', null) $$);
create function tests.answers(who text, which text) returns text language sql as $$
  select tests.by(who, format('update public.student_questions set answer = ''Because.'' where subject = %L', which))
$$;
select is(tests.answers('student@tests.example', 'in maths'), '42501', 'not the student who asked');
select is(tests.answers('anothers@tests.example', 'in maths'), '0', 'nor another cohort''s instructor');
select is(tests.answers('instructor@tests.example', 'in none'), '0', 'nor an instructor where it is for the admins');
select is(tests.answers('instructor@tests.example', 'in maths'), '1', 'but the cohort''s instructor');
select is(tests.answers('admin@tests.example', 'in none'), '1', 'and admins');
select is(tests.by('instructor@tests.example', 'update public.student_questions set question = ''x'' where true'),
  '42501', 'nobody changes the question');
select is(tests.by('instructor@tests.example', 'update public.student_questions set answered_by = null where true'),
  '42501', 'nor the author of the answer');

select * from finish();
rollback;
