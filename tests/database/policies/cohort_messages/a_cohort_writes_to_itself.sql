begin;
select plan(8);

select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.a_course('physics', instructor => 'anothers@tests.example');
select tests.enrol('maths', 'student@tests.example');
select tests.enrol('physics', 'other@tests.example');
create function tests.posts(who text, columns text default '', more text default '') returns text language sql as $$
  select tests.by(who,
    format('insert into public.cohort_messages (cohort_id, body%s) values (tests.id(''maths''), ''x''%s)',
      columns, more))
$$;
select is(tests.posts('student@tests.example') || tests.posts('instructor@tests.example')
  || tests.posts('admin@tests.example'), '111', 'students, instructors, admins');
select is(tests.posts('other@tests.example'), '42501', 'nobody outside of the cohort');
select is(tests.posts('student@tests.example', ', author_name', ', ''The instructor'''), '42501',
  'under no other name');
select is(tests.posts('student@tests.example', ', author_user_id',
  format(', %L', tests.user_id('admin@tests.example'))), '42501', 'and for nobody else');
select set_eq('select m.author_name from public.cohort_messages m', '{student,instructor,admin}'::text[],
  'the author is set by default');
select is(tests.by('student@tests.example', 'update public.cohort_messages set body = ''y'' where true'), '1',
  'a message is changed by its author alone');
select is(tests.by('student@tests.example', 'delete from public.cohort_messages where true'), '0', 'and stays');
update public.enrollments e set status = 'cancelled' where e.cohort_id = tests.id('maths');
select is(tests.by('student@tests.example', 'select from public.cohort_messages')
  || tests.posts('student@tests.example'), '042501', 'a student who left reads and writes nothing');

select * from finish();
rollback;
