begin;
select plan(7);

insert into public.support_tickets (email, subject, body) values ('student@tests.example', 'help', 'Help!');
select tests.remember('help', (select t.id::text from public.support_tickets t where t.subject = 'help'));
insert into public.student_questions (email, subject, question) values ('student@tests.example', 'why', 'Why?');
select tests.remember('why', (select q.id::text from public.student_questions q where q.subject = 'why'));
select tests.an_admin('admin@tests.example');
create function tests.about_ticket() returns jsonb language sql as $$
  select jsonb_build_object('ticket_id', tests.id('help')) $$;
create function tests.about_question() returns jsonb language sql as $$
  select jsonb_build_object('question_id', tests.id('why')) $$;

select is(
  tests.receive(tests.fact_reply('mail_1', tests.about_ticket(), 'I am the admin.', 'admin@tests.example')
    || '{"authenticated": false}'),
  'failed', 'an admin''s address in an e-mail without authentication proves nothing'
);
select is(
  tests.receive(tests.fact_reply('mail_2', tests.about_ticket(), 'I am the admin.', 'admin@tests.example')
    || '{"token": null}'),
  'failed', 'nor does one without the token of our e-mail'
);
select is(
  tests.receive(tests.fact_reply('mail_3', tests.about_question(), 'Wrong answer.') || jsonb_build_object('token',
    learning.reply_token('staff', tests.id('help')))),
  'failed', 'a token of another question or ticket is invalid'
);
select is_empty($$ select 1 from public.ticket_replies $$, 'nothing was written');
select is(
  tests.receive(
    tests.fact_reply('mail_4', tests.about_ticket(), 'Thanks.', 'admin@tests.example')
      || jsonb_build_object('token', learning.reply_token('customer', tests.id('help')))
  ), 'applied', 'a customer''s token, from any address'
);
select is((select r.from_staff from public.ticket_replies r), false,
  'is not staff: the token names the recipient of our e-mail');
select is(
  tests.receive(tests.fact_reply('mail_5', tests.about_question(), 'By the student.', 'student@tests.example')),
  'applied', 'a student''s reply raises no error'
);

select * from finish();
rollback;
