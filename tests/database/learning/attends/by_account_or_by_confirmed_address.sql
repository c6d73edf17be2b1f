begin;
select plan(6);

select tests.create_user('amina@tests.example');
select tests.a_course('maths');
select tests.enrol('maths', 'amina@tests.example');
select tests.enrol('maths', 'guest@tests.example');
-- As a policy calls it: the view is owned by the owner, and read by others.
create temporary view who as select learning.attends(tests.id('maths')) as attends;
grant select on who to authenticated;
create function tests.attends(who text) returns boolean language plpgsql as $$
declare
  v_attends boolean;
begin
  perform tests.authenticate_as(who);
  select w.attends into v_attends from who w;
  perform tests.as_owner();
  return v_attends;
end
$$;
select tests.create_user('guest@tests.example', false);
select is(tests.attends('amina@tests.example'), true, 'the account it names');
select is(tests.attends('guest@tests.example'), false, 'an address that is not confirmed could be anybody''s');
update auth.users u set email_confirmed_at = now() where u.email = 'guest@tests.example';
select is(tests.attends('guest@tests.example'), true, 'once confirmed, a guest''s seat belongs to the account');
select tests.create_user('other@tests.example');
select is(tests.attends('other@tests.example'), false, 'nobody else');
update public.enrollments e set status = 'completed' where e.cohort_id = tests.id('maths');
select is(tests.attends('amina@tests.example'), true, 'a student who completed the course still belongs to it');
update public.enrollments e set status = 'cancelled' where e.cohort_id = tests.id('maths');
select is(tests.attends('amina@tests.example'), false, 'one who was cancelled does not');

select * from finish();
rollback;
