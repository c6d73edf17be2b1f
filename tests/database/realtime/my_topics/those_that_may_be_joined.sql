begin;
select plan(5);

select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.a_course('physics');
select tests.enrol('maths', 'student@tests.example');
create temporary table topics as
  select 'user:' || u.id as topic from auth.users u union select 'cohort:' || c.id from public.cohorts c;
select realtime.send('{}', 'x', t.topic) from topics t;

create function tests.topics_joined(email text) returns text[] language plpgsql as $$
declare
  v_topic text;
  v_topics text[] := '{}';
begin
  for v_topic in select t.topic from topics t order by t.topic loop
    perform tests.authenticate_as(topics_joined.email);
    perform set_config('realtime.topic', v_topic, true);
    if exists (select 1 from realtime.messages m where m.topic = v_topic) then v_topics := v_topics || v_topic; end if;
    perform tests.as_owner();
  end loop;
  return v_topics;
end
$$;
create function tests.topics_of(email text) returns text[] language plpgsql as $$
declare
  v_topics text[];
begin
  perform tests.authenticate_as(topics_of.email);
  perform set_config('role', 'postgres', true); -- for apps the schema is closed
  v_topics := array(select t from unnest(ops.my_topics()) t order by t);
  perform tests.as_owner();
  return v_topics;
end
$$;
select is(cardinality(tests.topics_of('student@tests.example')), 2, 'a student has two');
select is(tests.topics_of(e), tests.topics_joined(e), e || ' reads the changes of what may be joined')
from unnest('{student@tests.example,other@tests.example,instructor@tests.example,admin@tests.example}'::text[]) e;

select * from finish();
rollback;
