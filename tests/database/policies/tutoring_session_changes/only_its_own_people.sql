begin;
select plan(2);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');
select tests.a_paid_lesson('hour', now() + interval '3 days');
select tests.moves('student@tests.example', now() + interval '4 days');
create function tests.each(statement text) returns text language sql as $$
  select string_agg(tests.by(w, statement), ' ' order by n)
  from unnest('{guest,other@tests.example,student@tests.example,tutor@tests.example,admin@tests.example,service_role}'
    ::text[]) with ordinality x (w, n)
$$;
select is(tests.each('select * from public.tutoring_session_changes'), '42501 0 1 1 1 1', 'read them');
select is(tests.each('delete from public.tutoring_session_changes where true'), '42501 42501 42501 42501 42501 42501',
  'and nobody removes one');

select * from finish();
rollback;
