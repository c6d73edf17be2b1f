begin;
select plan(2);

select tests.create_user('student@tests.example');
select tests.create_user('instructor@tests.example');
insert into public.appointments (email, instructor_user_id, title, starts_at, ends_at)
values ('student@tests.example', tests.user_id('instructor@tests.example'), 'x', now(), now() + interval '1 hour');
select is(tests.by('instructor@tests.example', 'select from public.appointments'), '1', 'the instructor reads it');
select is(tests.by('instructor@tests.example', 'update public.appointments set status = ''confirmed'' where true'), '1',
  'to confirm');

select * from finish();
rollback;
