begin;
select plan(3);

select tests.a_course('maths', instructor => 'teacher@tests.example');
select tests.a_course('physics', instructor => 'other@tests.example');
create temporary view who as select learning.teaches(tests.id('maths')) as teaches;
grant select on who to authenticated;
create function tests.teaches(who text) returns boolean language plpgsql as $$
declare
  v_teaches boolean;
begin
  perform tests.authenticate_as(who);
  select w.teaches into v_teaches from who w;
  perform tests.as_owner();
  return v_teaches;
end
$$;
select is(tests.teaches('teacher@tests.example'), true, 'its own');
select is(tests.teaches('other@tests.example'), false, 'not of another cohort');
delete from public.cohort_instructors i where i.cohort_id = tests.id('maths');
select is(tests.teaches('teacher@tests.example'), false, 'and only while the appointment lasts');

select * from finish();
rollback;
