begin;
select plan(3);

select tests.create_user('student@tests.example');
select tests.an_admin('admin@tests.example');
select tests.by('student@tests.example', $$ insert into public.student_questions (subject, question) values ('x',
  'y') $$);
select tests.by('student@tests.example', $$ update public.student_questions set subject = 'z' where true $$);
select is(tests.by('admin@tests.example', 'select from public.text_versions'), '1', 'admins');
select is(tests.by('student@tests.example', 'select from public.text_versions'), '0', 'not the author');
select is(tests.by('guest', 'select from public.text_versions'), '42501', 'nor strangers');

select * from finish();
rollback;
