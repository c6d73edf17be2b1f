begin;
select plan(2);

insert into public.student_questions (email, subject, question) values ('student@tests.example', 'why', 'Why?');
select tests.remember('why', (select q.id::text from public.student_questions q where q.subject = 'why'));
create function tests.the_question() returns public.student_questions language sql as $$ select q
  from public.student_questions q where q.id = tests.id('why') $$;
create function tests.about() returns jsonb language sql as $$
  select jsonb_build_object('question_id', tests.id('why')) $$;

select is(tests.receive(tests.fact_reply('mail_1', tests.about(), 'Any news?', 'Student@Tests.example')), 'applied',
  'it raises no error');
select is((tests.the_question()).answer, null, 'and is no answer');

select * from finish();
rollback;
