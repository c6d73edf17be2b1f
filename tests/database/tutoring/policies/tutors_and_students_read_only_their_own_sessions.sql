begin;
select plan(7);

select tests.create_user('tutor@tests.example');
select tests.create_user('student@tests.example');
select tests.create_user('account@tests.example');
select tests.create_user('unconfirmed@tests.example', false);
select tests.a_session('a');
select tests.a_session('b', student => 'other@tests.example');
select tests.a_session('c', tutor => 'x@tests.example', student => 'unconfirmed@tests.example');
update public.tutoring_sessions s set student_user_id = tests.user_id('account@tests.example')
  where s.id = tests.id('b');
create function tests.reads(who text) returns text[] language plpgsql as $$
declare
  v_titles text[];
begin
  perform tests.authenticate_as(who);
  v_titles := array(select s.title from public.tutoring_sessions s order by s.title);
  perform tests.as_owner();
  return v_titles;
end
$$;

select is(tests.reads('tutor@tests.example'), '{a,b}', 'the tutor: two sessions');
select is(tests.reads('student@tests.example'), '{a}', 'the student, by address');
select is(tests.reads('account@tests.example'), '{b}', 'the account that the session names');
select is(tests.reads('unconfirmed@tests.example'), '{}', 'an unconfirmed address gives no access');
update public.tutoring_sessions s set student_user_id = gen_random_uuid() where s.id = tests.id('a');
select is(tests.reads('student@tests.example'), '{}', 'nor does one whose session names another account');
select tests.authenticate_as('tutor@tests.example');
select throws_ok($$ update public.tutoring_sessions set title = 'x' $$, '42501', null, 'nobody changes one');
select tests.as_owner();
select tests.as_anon();
select throws_ok($$ select 1 from public.tutoring_sessions $$, '42501', null, 'without an account none at all');

select * from finish();
rollback;
