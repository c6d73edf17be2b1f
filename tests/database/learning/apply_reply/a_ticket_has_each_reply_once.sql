begin;
select plan(4);

insert into public.support_tickets (email, subject, body) values ('student@tests.example', 'help', 'Help!');
select tests.remember('help', (select t.id::text from public.support_tickets t where t.subject = 'help'));
select tests.create_user('admin@tests.example');
insert into public.admins (user_id) values (tests.user_id('admin@tests.example'));
create function tests.reply(ref text, sender text) returns text language sql as $$
  select tests.receive(tests.fact_reply(ref, jsonb_build_object('ticket_id', tests.id('help')), 'Words of ' || sender,
    sender, at => 10))
$$;

select is(tests.reply('mail_1', 'student@tests.example'), 'applied', 'the customer who opened it adds to it');
select is(tests.reply('mail_1', 'student@tests.example'), 'applied', 'and is received twice, in two events');
select is(tests.reply('mail_2', 'admin@tests.example'), 'applied', 'an admin answers');
select results_eq(
  $$ select r.author_email || ' ' || r.source || ' ' || r.from_staff || ' ' || r.body from public.ticket_replies r
  where r.ticket_id = tests.id('help') order by r.provider_ref $$,
  array['student@tests.example email false Words of student@tests.example',
    'admin@tests.example email true Words of admin@tests.example'],
  'each is stored once, with its author'
);

select * from finish();
rollback;
