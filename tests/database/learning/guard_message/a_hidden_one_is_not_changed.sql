begin;
select plan(2);

select tests.create_user('student@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths');
select tests.enrol('maths', 'student@tests.example');
select tests.by('student@tests.example', $$ insert into public.cohort_messages (cohort_id, body)
  values (tests.id('maths'), 'x') $$);
select is(tests.by('admin@tests.example', 'update public.cohort_messages set hidden_at = now() where true'), '1',
  'an admin hides it');
select is(tests.by('student@tests.example', 'update public.cohort_messages set body = ''y'' where true'), '0',
  'and its author does not change it any more');

select * from finish();
rollback;
