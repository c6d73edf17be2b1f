begin;
select plan(7);

select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.a_course('physics', instructor => 'anothers@tests.example');
select tests.enrol('maths', 'student@tests.example');
select tests.enrol('physics', 'other@tests.example');
create function tests.opens(columns text default '', more text default '') returns text language sql as $$
  select tests.by('student@tests.example',
    format('insert into public.support_tickets (subject, body%s) values (''x'', ''y''%s)', columns, more))
$$;
select is(tests.opens(), '1', 'in the own name');
select is((select t.email || ' ' || (t.user_id = tests.user_id(t.email)) from public.support_tickets t),
  'student@tests.example true', 'the owner is set by default');
select is(tests.opens(', user_id', format(', %L', tests.user_id('other@tests.example'))), '42501', 'not for another');
select is(tests.opens(', email', ', ''other@tests.example'''), '42501', 'nor from another''s address');
select is(tests.opens(', number', ', 1'), '428C9', 'nor with a chosen number');
select is(tests.by('other@tests.example', 'select from public.support_tickets'), '0', 'nobody else reads it');
select is(tests.by('other@tests.example', 'update public.support_tickets set status = ''closed'' where true'), '0',
  'or closes it');

select * from finish();
rollback;
