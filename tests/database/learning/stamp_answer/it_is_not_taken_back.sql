begin;
select plan(1);

select tests.create_user('amina@tests.example');
select tests.a_course('maths', instructor => 'teacher@tests.example');
select tests.enrol('maths', 'amina@tests.example');
select tests.by('amina@tests.example', $$ insert into public.student_questions (cohort_id, subject, question)
  values (tests.id('maths'), 'x', 'Why?') $$);
create function tests.the_answer() returns text language sql as $$
  select concat_ws(' ', q.answer, u.email, q.answer_source, q.answered_at = now()) from public.student_questions q
    left join auth.users u on u.id = q.answered_by
$$;
update public.student_questions q set answer = 'Because.' where true;
select throws_ok($$ update public.student_questions set answer = null where true $$, '23514',
  'an answer cannot be removed', 'it was sent already');

select * from finish();
rollback;
