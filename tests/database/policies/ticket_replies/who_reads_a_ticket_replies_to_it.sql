begin;
select plan(9);

select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.a_course('physics', instructor => 'anothers@tests.example');
select tests.enrol('maths', 'student@tests.example');
select tests.enrol('physics', 'other@tests.example');
select tests.by('student@tests.example', $$ insert into public.support_tickets (subject, body) values ('x', 'y') $$);
select tests.remember('ticket', (select t.id::text from public.support_tickets t));
create function tests.replies(who text, columns text default '', more text default '') returns text language sql as $$
  select tests.by(who,
    format('insert into public.ticket_replies (ticket_id, body%s) values (tests.id(''ticket''), ''z''%s)',
      columns, more))
$$;
select is(tests.replies('student@tests.example'), '1', 'the customer who opened the ticket');
select is(tests.replies('admin@tests.example'), '1', 'and admins');
select is(tests.replies('other@tests.example'), '42501', 'nobody else');
select is(tests.replies('student@tests.example', ', from_staff', ', true'), '42501',
  'a customer does not write as staff');
select is(tests.replies('student@tests.example', ', author_user_id',
  format(', %L', tests.user_id('admin@tests.example'))), '42501', 'nor as another');
select set_eq(
  'select r.author_email, r.from_staff from public.ticket_replies r', $$ values ('student@tests.example', false),
  ('admin@tests.example', true) $$, 'the author is set by default'
);
select is(tests.by('student@tests.example', 'update public.ticket_replies set body = ''x'' where true'), '42501',
  'nothing is changed');
select is(tests.by('admin@tests.example', 'delete from public.ticket_replies where true'), '42501', 'or deleted');
select is(tests.by('other@tests.example', 'select from public.ticket_replies'), '0', 'nor read by others');

select * from finish();
rollback;
