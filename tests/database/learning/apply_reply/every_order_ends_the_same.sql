begin;
select plan(1);

insert into public.student_questions (email, subject, question) values ('student@tests.example', 'why', 'Why?');
select tests.remember('why', (select q.id::text from public.student_questions q where q.subject = 'why'));
create function tests.the_question() returns public.student_questions language sql as $$ select q
  from public.student_questions q where q.id = tests.id('why') $$;
create function tests.about() returns jsonb language sql as $$
  select jsonb_build_object('question_id', tests.id('why')) $$;

insert into public.support_tickets (email, subject, body) values ('student@tests.example', 'help', 'Help!');
select tests.ends_the_same_in_every_order(
  'the latest one answers, and a ticket has each reply once',
  tests.an_event('evt_1', tests.fact_reply('mail_1', tests.about(), 'Yes.', at => 1)),
  tests.an_event('evt_2', tests.fact_reply('mail_2', tests.about(), 'No.', at => 2)),
  tests.an_event('evt_3', tests.fact_reply('mail_3', tests.about(), 'Perhaps.', at => 2)),
  tests.an_event('evt_4', tests.fact_reply('mail_4', (select jsonb_build_object('ticket_id', t.id)
    from public.support_tickets t where t.subject = 'help')))
);

select * from finish();
rollback;
