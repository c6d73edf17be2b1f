begin;
select plan(6);

select tests.remember('ticket', ops.uuid7()::text);
insert into public.support_tickets (id, email, subject, body) values (tests.id('ticket'), 'a@x', 'x', 'y');
create function tests.a_row(email text, body text, provider text default null, ref text default null) returns text
  language sql as $$
  select format(
    'insert into public.ticket_replies (ticket_id, author_email, body, source, provider, provider_ref) values '
    '(tests.id(''ticket''), %L, %L, ''email'', %L, %L)',
    email, body, provider, ref
  )
$$;
select tests.is_refused(tests.a_row(null, 'x'), 'a_reply_is_somebodys', 'somebody replies');
select tests.is_refused(tests.a_row('a@x', ' '), 'a_body_is_not_blank', 'something');
select tests.is_refused(tests.a_row('a@x', 'x', 'make'), 'a_reply_from_outside_has_its_id',
  'one by e-mail has the provider''s id');
select lives_ok(tests.a_row('a@x', 'x', 'make', 'm1'), 'with it');
select tests.is_refused(tests.a_row('a@x', 'x', 'make', 'm1'), 'a_reply_from_outside_comes_once', 'once');
select is((select r.from_staff from public.ticket_replies r where r.ticket_id = tests.id('ticket')), false,
  'and is not from staff by default');

select * from finish();
rollback;
