begin;
select plan(7);

select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.a_course('physics', instructor => 'anothers@tests.example');
select tests.enrol('maths', 'student@tests.example');
select tests.enrol('physics', 'other@tests.example');
select is(tests.by('student@tests.example', $$ insert into public.error_reports (app, version, message, details)
  values ('app', '1.2', 'x', '{"a": 1}') $$), '1', 'every signed-in account');
select is((select r.user_id from public.error_reports r), tests.user_id('student@tests.example'),
  'the account is set by default');
select is(tests.by('student@tests.example', $$ insert into public.error_reports (app, message, user_id)
  values ('app', 'x', gen_random_uuid()) $$), '42501', 'nobody for another');
select is(tests.by('guest', $$ insert into public.error_reports (app, message) values ('app', 'x') $$), '42501',
  'nobody without an account');
select is(tests.by('student@tests.example', 'select from public.error_reports'), '0', 'nobody reads them');
select is(tests.by('admin@tests.example', 'update public.error_reports set resolved_at = now() where true'), '1',
  'except admins, who resolve them');
select is(tests.by('admin@tests.example', 'update public.error_reports set message = ''x'' where true'), '42501',
  'and change nothing else');

select * from finish();
rollback;
