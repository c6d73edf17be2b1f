begin;
select plan(5);

create function tests.a_row(email text, subject text, body text) returns text language sql as $$
  select format('insert into public.support_tickets (email, subject, body) values (%L, %L, %L)', email, subject, body)
$$;
select tests.is_refused(tests.a_row(null, 'x', 'y'), 'a_ticket_is_somebodys', 'somebody asks');
select tests.is_refused(tests.a_row('a@x', '', 'y'), 'a_subject_is_not_blank', 'about something');
select tests.is_refused(tests.a_row('a@x', 'x', repeat('y', 20001)), 'a_body_is_not_blank',
  'in words that can be read');
select lives_ok(tests.a_row('a@x', 'x', 'y'), 'by an address alone: the owner may record one for a customer');
select is((select t.status || ' ' || t.priority || ' ' || (t.number > 1000) from public.support_tickets t
  where t.email = 'a@x'), 'open normal true', 'it is open at first, with a number of its own');

select * from finish();
rollback;
