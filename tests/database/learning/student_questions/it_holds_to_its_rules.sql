begin;
select plan(6);

create function tests.a_row(email text, subject text, question text, answer text default null, source text default null)
  returns text language sql as $$
  select
    format('insert into public.student_questions (email, subject, question, answer, answer_source) values (%L, %L, %L, '
      '%L, %L)', email, subject, question, answer, source)
$$;
select tests.is_refused(tests.a_row(null, 'x', 'y'), 'a_question_is_somebodys', 'somebody asks');
select tests.is_refused(tests.a_row('a@x', ' ', 'y'), 'a_subject_is_not_blank', 'about something');
select tests.is_refused(tests.a_row('a@x', 'x', E'\n'), 'a_question_is_not_blank', 'something');
select tests.is_refused(tests.a_row('a@x', 'x', repeat('y', 20001)), 'a_question_is_not_blank', 'that can be read');
select tests.is_refused(tests.a_row('a@x', 'x', 'y', ' '), 'an_answer_is_not_blank', 'and an answer has a text');
select tests.is_refused(tests.a_row('a@x', 'x', 'y', null, 'email'), 'an_answer_says_when_and_how',
  'no source without an answer');

select * from finish();
rollback;
