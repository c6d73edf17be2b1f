begin;
select plan(8);

select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.enrol('maths', 'student@tests.example');
insert into public.cohort_messages (cohort_id, author_name, body)
  select tests.id('maths'), 'Amina', body from unnest('{hidden,deleted,both}'::text[]) body;
delete from realtime.messages m where true;

create function pg_temp.told() returns bigint language sql stable as $$
  select count(*) from realtime.messages m where m.topic = 'cohort:' || tests.id('maths') and m.event = 'DELETE'
$$;
select is(pg_temp.told(), 0::bigint, 'a new message is told by Postgres Changes');
update public.cohort_messages m set hidden_at = now() where m.body = 'hidden';
select is(pg_temp.told(), 1::bigint, 'one is hidden');
delete from public.cohort_messages m where m.body = 'deleted';
select is(pg_temp.told(), 2::bigint, 'one is deleted');
update public.cohort_messages m set hidden_at = now() where m.body = 'both';
delete from public.cohort_messages m where m.body = 'both';
select is(pg_temp.told(), 3::bigint, 'one is hidden, and deleted later: told once');
select is((select count(*) from realtime.messages m where not m.private or m.payload::text ~ 'Amina'), 0::bigint,
  'its id alone, and on a private topic');

create function tests.hears(email text) returns bigint language plpgsql as $$
declare
  v_count bigint;
begin
  perform tests.authenticate_as(hears.email);
  perform set_config('realtime.topic', 'cohort:' || tests.id('maths'), true);
  v_count := (select count(*) from realtime.messages m where m.topic = 'cohort:' || tests.id('maths'));
  perform tests.as_owner();
  return v_count;
end
$$;
select is(tests.hears('student@tests.example'), 3::bigint, 'a student of the cohort hears it');
select is(tests.hears('instructor@tests.example'), 3::bigint, 'so does its instructor');
select is(tests.hears('other@tests.example'), 0::bigint, 'nobody else does');

select * from finish();
rollback;
