begin;
select plan(6);

select tests.create_user('student@tests.example'), tests.create_user('mate@tests.example'),
  tests.create_user('left@tests.example'), tests.create_user('other@tests.example'),
  tests.create_user('tutor@tests.example'), tests.create_user('former@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example'), tests.a_course('physics', instructor
  => 'anothers@tests.example');
select tests.enrol('maths', 'student@tests.example'), tests.enrol('maths', 'mate@tests.example'),
  tests.enrol('maths', 'left@tests.example'), tests.enrol('physics', 'other@tests.example');
update public.enrollments e set status = 'cancelled' where e.email = 'left@tests.example';
select tests.a_session('lesson', tutor => 'tutor@tests.example', student => 'student@tests.example');
select tests.a_session('off', tutor => 'former@tests.example', student => 'student@tests.example',
  status => 'cancelled');
update public.tutoring_sessions s set tutor_user_id = tests.user_id(s.tutor_email),
  student_user_id = tests.user_id(s.student_email) where true;
create function tests.knows(who text) returns text language plpgsql as $$
declare
  v_names text;
begin
  perform tests.authenticate_as(who);
  v_names := (select array_agg(p.user_id) from public.profiles p)::text;
  perform tests.as_owner();
  return (select string_agg(split_part(u.email, '@', 1), ' ' order by u.email) from auth.users u
    where u.id = any (v_names::uuid[]) and u.email like '%@tests.example');
end
$$;
select is(tests.knows('student@tests.example'), 'instructor mate student tutor',
  'a student: the cohort, its instructor, the tutor');
select is(tests.knows('instructor@tests.example'), 'instructor mate student', 'an instructor: the cohort');
select is(tests.knows('tutor@tests.example'), 'student tutor', 'a tutor: the students');
select is(tests.knows('left@tests.example'), 'left', 'one who left: nobody any more');
select is(tests.knows('former@tests.example'), 'former', 'nor a tutor whose session was cancelled');
select is(tests.by('guest', 'select from public.profiles'), '42501', 'strangers read none');

select * from finish();
rollback;
