begin;
select plan(8);

insert into public.student_questions (email, subject, question) values ('student@tests.example', 'why', 'Why?');
select tests.remember('why', (select q.id::text from public.student_questions q where q.subject = 'why'));
create function tests.the_question() returns public.student_questions language sql as $$ select q
  from public.student_questions q where q.id = tests.id('why') $$;
create function tests.about() returns jsonb language sql as $$
  select jsonb_build_object('question_id', tests.id('why')) $$;

select tests.create_user('tutor@tests.example');
select is(tests.receive(tests.fact_reply('mail_1', tests.about(), 'Because.', 'Tutor@tests.example', at => 10)),
  'applied', 'a reply comes');
select is((tests.the_question()).answer, 'Because.', 'and is the answer');
select is((tests.the_question()).answer_source, 'email', 'by e-mail');
select is((tests.the_question()).answered_by, tests.user_id('tutor@tests.example'), 'of the account with that address');
select ok((tests.the_question()).answered_at is not null, 'it has its time');
select tests.receive(tests.fact_reply('mail_0', tests.about(), 'Hm.', at => 5));
select is((tests.the_question()).answer, 'Because.', 'an older one received later is not the answer');
select tests.receive(tests.fact_reply('mail_2', tests.about(), 'Because of this.', 'stranger@tests.example', at => 20));
select is((tests.the_question()).answer, 'Because of this.', 'a newer one is');
select is((tests.the_question()).answered_by, null, 'from an address without an account it has no author');

select * from finish();
rollback;
