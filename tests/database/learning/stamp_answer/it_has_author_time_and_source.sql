begin;
select plan(4);

select tests.create_user('amina@tests.example');
select tests.a_course('maths', instructor => 'teacher@tests.example');
select tests.enrol('maths', 'amina@tests.example');
select tests.by('amina@tests.example', $$ insert into public.student_questions (cohort_id, subject, question)
  values (tests.id('maths'), 'x', 'Why?') $$);
create function tests.the_answer() returns text language sql as $$
  select concat_ws(' ', q.answer, u.email, q.answer_source, q.answered_at = now()) from public.student_questions q
    left join auth.users u on u.id = q.answered_by
$$;
select is(tests.the_answer(), '', 'there is none at first');
select tests.by('teacher@tests.example', $$ update public.student_questions set answer = 'Because.' where true $$);
select is(tests.the_answer(), 'Because. teacher@tests.example app t', 'an answer sets its author, source and time');
update public.student_questions q set answered_at = '2026-01-01' where true;
update public.student_questions q set subject = 'y' where true;
select is((select q.answered_at from public.student_questions q), '2026-01-01', 'an unchanged answer stays as it is');
select tests.by('teacher@tests.example', $$ update public.student_questions set answer = 'Better.' where true $$);
select is(tests.the_answer(), 'Better. teacher@tests.example app t', 'a better one replaces it');

select * from finish();
rollback;
