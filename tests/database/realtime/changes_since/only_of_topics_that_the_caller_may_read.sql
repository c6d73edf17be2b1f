begin;
select plan(8);

select tests.create_user('student@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.a_course('physics');
select tests.enrol('maths', 'student@tests.example');

create function pg_temp.asks(who text, topic text) returns text language sql as $$
  select tests.by(who, format('select public.changes_since(%L)', topic))
$$;
select is(pg_temp.asks('student@tests.example', 'user:' || tests.user_id('student@tests.example')), '1', 'one''s own');
select is(pg_temp.asks('student@tests.example', 'user:' || tests.user_id('admin@tests.example')), '42501',
  'nobody else''s');
select is(pg_temp.asks('admin@tests.example', 'user:' || tests.user_id('student@tests.example')), '42501',
  'not even an admin');
select is(pg_temp.asks('student@tests.example', 'cohort:' || tests.id('maths')), '1', 'a cohort that one attends');
select is(pg_temp.asks('instructor@tests.example', 'cohort:' || tests.id('maths')), '1', 'or teaches');
select is(pg_temp.asks('student@tests.example', 'cohort:' || tests.id('physics')), '42501', 'no other cohort');
select is(pg_temp.asks('student@tests.example', null), '42501', 'nor no topic at all');
select is(pg_temp.asks('guest', 'user:' || tests.user_id('student@tests.example')), '42501', 'guests have none');

select * from finish();
rollback;
