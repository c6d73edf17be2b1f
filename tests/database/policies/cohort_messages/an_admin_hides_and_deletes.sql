begin;
select plan(5);

select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.a_course('physics', instructor => 'anothers@tests.example');
select tests.enrol('maths', 'student@tests.example');
select tests.enrol('physics', 'other@tests.example');
select tests.by('student@tests.example', $$ insert into public.cohort_messages (cohort_id, body)
  values (tests.id('maths'), 'x') $$);
select is(tests.by('instructor@tests.example', 'update public.cohort_messages set hidden_at = now() where true'), '0',
  'an instructor hides nothing');
select is(tests.by('admin@tests.example', 'update public.cohort_messages set hidden_at = now() where true'), '1',
  'an admin does');
select is(tests.by('student@tests.example', 'select from public.cohort_messages')
  || tests.by('instructor@tests.example', 'select from public.cohort_messages'), '00', 'nobody sees it');
select is(tests.by('admin@tests.example', 'select from public.cohort_messages'), '1', 'but admins');
select is(tests.by('admin@tests.example', 'delete from public.cohort_messages where true'), '1',
  'and an admin may delete it too');

select * from finish();
rollback;
