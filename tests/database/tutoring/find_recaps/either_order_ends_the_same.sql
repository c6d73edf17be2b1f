begin;
select plan(5);

-- A guest of the meeting, another session of the tutor: the first effect of the recording must be undone.
select tests.create_user('tutor@tests.example');
select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.create_user('guest@tests.example');
create function tests.what_is() returns jsonb language sql stable as $$
  select jsonb_build_object(
    'sessions', (select jsonb_object_agg(s.title, to_jsonb(s) - '{id,created_at,updated_at}'::text[])
      from public.tutoring_sessions s),
    'recap', (select s.title from public.tutoring_sessions s
      where s.id = (tests.the_recap('rec_1')).tutoring_session_id),
    'notified', tests.notified('rec_1')
  )
$$;
create function tests.after(steps text[]) returns jsonb language plpgsql as $$
declare
  v_step text;
  v_state jsonb;
begin
  foreach v_step in array steps loop
    case v_step
      when 'recording' then
        perform tests.receive(
          tests.fact_meeting('rec_1', '{tutor@tests.example,student@tests.example,guest@tests.example}')
          || tests.a_summary()
        );
      when 'theirs' then perform tests.a_session('theirs', 1800);
      when 'another' then perform tests.a_session('another', 0, student => 'other@tests.example');
      when 'twin' then perform tests.a_session('twin', 900);
    end case;
  end loop;
  v_state := tests.what_is();
  raise exception using errcode = 'TS001', message = v_state::text;
exception when sqlstate 'TS001' then
  return sqlerrm::jsonb;
end
$$;
create temporary table ends as
select array(select jsonb_array_elements_text(to_jsonb(o))) as steps,
  tests.after(array(select jsonb_array_elements_text(to_jsonb(o)))) as state
from tests.every_order(array['"recording"', '"theirs"', '"another"', '"twin"']::jsonb[]) o;

select is((select count(distinct e.state)::integer from ends e), 1, 'in either order');
select is((select distinct e.state ->> 'recap' from ends e), 'twin',
  'the recording belongs to the nearest session with both');
select is((select distinct e.state ->> 'notified' from ends e), 'student@tests.example tutor@tests.example',
  'tutor and student are notified, and nobody else');
select is((select distinct e.state -> 'sessions' -> 'another' ->> 'status' from ends e), 'scheduled',
  'the session of another student did not take place');
select is((select distinct e.state -> 'sessions' -> 'twin' ->> 'status' from ends e), 'completed', 'theirs did');

select * from finish();
rollback;
