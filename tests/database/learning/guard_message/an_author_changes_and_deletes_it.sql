begin;
select plan(12);

select tests.create_user('student@tests.example');
select tests.create_user('mate@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.enrol('maths', 'student@tests.example'), tests.enrol('maths', 'mate@tests.example');
select tests.by('student@tests.example', $$ insert into public.cohort_messages (cohort_id, body)
  values (tests.id('maths'), 'Hallo') $$);
create function tests.sets(who text, what text) returns text language sql as $$
  select tests.by(who, format('update public.cohort_messages set %s where true', what))
$$;
create function tests.it() returns text language sql as $$
  select concat_ws(' ', m.body, case when m.edited_at is not null then 'edited' end,
    case when m.deleted_at is not null then 'deleted' end) from public.cohort_messages m
$$;
select is(tests.sets('student@tests.example', 'body = ''Hello'''), '1', 'the author changes it');
select is(tests.it(), 'Hello edited', 'and others see that it was');
select is(tests.sets('mate@tests.example', 'body = ''x'''), '0', 'nobody else does');
select is(tests.sets('instructor@tests.example', 'deleted_at = now()'), '0', 'not the instructor');
select is(tests.sets('admin@tests.example', 'body = ''x'''), '42501', 'nor an admin');
select is(tests.sets('student@tests.example', 'hidden_at = now()'), '42501', 'the author does not hide it');
select is(tests.sets('student@tests.example', 'body = '''''), '23514', 'nor empties it');
select is(tests.sets('student@tests.example', 'deleted_at = ''2001-01-01'''), '1', 'but deletes it');
select is(tests.it(), 'edited deleted', 'others see that there was one, and not what it said');
select is(tests.by('mate@tests.example', 'select from public.cohort_messages where deleted_at is not null'), '1',
  'those of the cohort');
select is(tests.sets('student@tests.example', 'body = ''again'', deleted_at = null'), '23514', 'it stays deleted');
select is((select string_agg(v.fields ->> 'body', ', ' order by v.id) from public.text_versions v), 'Hallo, Hello',
  'admins have what it said');

select * from finish();
rollback;
