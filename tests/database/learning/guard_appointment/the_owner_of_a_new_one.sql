begin;
select plan(6);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.an_admin('admin@tests.example');
create function tests.a_row(columns text default '', more text default '') returns text language sql as $$
  select
    format('insert into public.appointments (title, starts_at, ends_at%s) values (''x'', ''2027-01-01T10:00Z'', '
      '''2027-01-01T11:00Z''%s)', columns, more)
$$;
create function tests.the_owners() returns text language sql as $$
  select string_agg(concat_ws(' ', u.email, a.email), ', ' order by a.created_at) from public.appointments a
    left join auth.users u on u.id = a.user_id
$$;
select tests.by('amina@tests.example', tests.a_row());
select is(tests.the_owners(), 'amina@tests.example amina@tests.example',
  'the student who asks, with the confirmed address');
delete from public.appointments where true;
select is(tests.by('amina@tests.example', tests.a_row(', user_id', format(', %L', tests.user_id('ben@tests.example')))),
  '42501', 'not another');
select is(tests.by('amina@tests.example', tests.a_row(', email', ', ''ben@tests.example''')), '42501',
  'nor with another''s address');
select is(tests.by('amina@tests.example',
  tests.a_row(', user_id, email', format(', %L, ''ben@tests.example''', tests.user_id('amina@tests.example')))),
  '42501', 'nor another address with the own account');
select tests.by('admin@tests.example', tests.a_row(', email', ', ''Ben@tests.example'''));
select is(tests.the_owners(), 'ben@tests.example ben@tests.example', 'an admin names the student by address');
delete from public.appointments where true;
select tests.by('admin@tests.example', tests.a_row(', user_id', format(', %L', tests.user_id('ben@tests.example'))));
select is(tests.the_owners(), 'ben@tests.example ben@tests.example', 'or by account');

select * from finish();
rollback;
