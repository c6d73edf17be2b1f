begin;
select plan(2);

select tests.create_user('amina@tests.example');
select tests.a_course('maths', instructor => 'teacher@tests.example');
select tests.enrol('maths', 'amina@tests.example');
select tests.by('amina@tests.example', $$ insert into public.student_questions (cohort_id, subject, question)
  values (tests.id('maths'), 'x', 'Why?') $$);
create function tests.the_answer() returns text language sql as $$
  select concat_ws(' ', q.answer, u.email, q.answer_source, q.answered_at = now()) from public.student_questions q
    left join auth.users u on u.id = q.answered_by
$$;
update public.student_questions q set answer = 'Because.', answer_source = 'email',
  answered_by = tests.user_id('teacher@tests.example') where true;
select is(tests.the_answer(), 'Because. teacher@tests.example email t',
  'the writer sets the author and the source');
update public.student_questions q set answer = 'Better.', answered_by = null where true;
select is(tests.the_answer(), 'Better. email t', 'it may have no account');

select * from finish();
rollback;
