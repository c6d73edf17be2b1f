begin;
select plan(4);

select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.by('student@tests.example', $$ insert into public.student_questions (subject, question)
  values ('x', 'y') $$);
create function tests.sets(who text, what text) returns text language sql as $$
  select tests.by(who, format('update public.student_questions set %s where true', what))
$$;
select is(tests.sets('other@tests.example', 'deleted_at = now()'), '0', 'no other student');
select is(tests.sets('admin@tests.example', 'subject = ''z'''), '42501', 'an admin changes no text');
select is(tests.sets('admin@tests.example', 'deleted_at = now()'), '1', 'but deletes it');
select is((select v.replaced_by from public.text_versions v), tests.user_id('admin@tests.example'),
  'which is recorded');

select * from finish();
rollback;
