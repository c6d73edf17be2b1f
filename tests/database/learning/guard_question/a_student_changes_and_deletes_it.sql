begin;
select plan(12);

select tests.create_user('student@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.enrol('maths', 'student@tests.example');
select tests.by('student@tests.example', $$ insert into public.student_questions (cohort_id, subject, question)
  values (tests.id('maths'), 'Homework', 'Wy?') $$);
create function tests.sets(who text, what text) returns text language sql as $$
  select tests.by(who, format('update public.student_questions set %s where true', what))
$$;
create function tests.it() returns text language sql as $$
  select concat_ws(' ', q.subject, q.question, case when q.edited_at is not null then 'edited' end,
    case when q.deleted_at is not null then 'deleted' end) from public.student_questions q
$$;
select is(tests.sets('student@tests.example', 'question = ''Why?'''), '1', 'the student changes it');
select is(tests.it(), 'Homework Why? edited', 'and others see that it was');
select is(tests.sets('instructor@tests.example', 'question = ''x'''), '42501', 'the instructor does not');
select is(tests.sets('instructor@tests.example', 'deleted_at = now()'), '42501', 'nor deletes it');
select is(tests.sets('student@tests.example', 'answer = ''x'''), '42501', 'the student does not answer it');
select is(tests.sets('instructor@tests.example', 'answer = ''Because.'''), '1', 'the instructor does');
select is(tests.sets('student@tests.example', 'question = ''What?'''), '23514', 'once answered it is not changed');
select is(tests.sets('student@tests.example', 'deleted_at = ''2001-01-01'''), '1', 'but deleted');
select is(tests.it(), 'edited deleted', 'others see that it was, and not what it said');
select is((select q.deleted_at from public.student_questions q), now(), 'the time is ours');
select is(tests.sets('student@tests.example', 'deleted_at = null, subject = ''x'', question = ''y'''), '23514',
  'it stays deleted');
select is((select string_agg(v.fields ->> 'question', ', ' order by v.id) from public.text_versions v
  where v.replaced_by = tests.user_id('student@tests.example')), 'Wy?, Why?', 'admins have what it said');

select * from finish();
rollback;
