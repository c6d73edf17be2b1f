begin;
select plan(4);

insert into public.student_questions (email, subject, question) values ('student@tests.example', 'why', 'Why?');
select tests.remember('why', (select q.id::text from public.student_questions q where q.subject = 'why'));
create function tests.the_question() returns public.student_questions language sql as $$ select q
  from public.student_questions q where q.id = tests.id('why') $$;
create function tests.about() returns jsonb language sql as $$
  select jsonb_build_object('question_id', tests.id('why')) $$;

update public.student_questions q set answer = 'In short: yes.' where q.id = tests.id('why');
select tests.receive(tests.fact_reply('mail_1', tests.about(), 'On vacation.', at => 100));
select is((tests.the_question()).answer, 'In short: yes.', 'whatever e-mail is received');
select is((tests.the_question()).answer_source, 'app', 'the answer in the app stays');

insert into public.student_questions (email, subject, question) values ('student@tests.example', 'how', 'How?');
select tests.remember('why', (select q.id::text from public.student_questions q where q.subject = 'how'));
select tests.receive(tests.fact_reply('mail_2', tests.about(), 'Like this.', at => 10));
select tests.an_admin('admin@tests.example');
select is(tests.by('admin@tests.example', $$ update public.student_questions set answer = 'Rather like that.'
  where subject = 'how' $$), '1', 'an answer by e-mail is corrected in the app');
select tests.receive(tests.fact_reply('mail_3', tests.about(), 'Out of office.', at => 20));
select is((tests.the_question()).answer, 'Rather like that.', 'and stays so');

select * from finish();
rollback;
