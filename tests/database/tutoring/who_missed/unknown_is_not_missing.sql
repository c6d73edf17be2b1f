begin;
select plan(14);

select tests.create_user('tutor@tests.example'), tests.create_user('student@tests.example');
select tests.a_session('lesson');
create function tests.said(variadic emails text[]) returns jsonb language sql immutable as $$
  select jsonb_build_object('nobody_spoke', false, 'transcript', jsonb_agg(jsonb_build_object('speaker', e, 'email',
    case when strpos(e, '@') > 0 then e end, 'text', 'Hello?', 'at_seconds', 0))) from unnest(emails) e
$$;
create function tests.missed(part jsonb) returns text language plpgsql as $$
begin
  perform tests.receive(tests.fact_meeting('rec_1', at => nextval('tests.later')::integer) || part);
  return coalesce((tests.the_session('lesson')).no_show::text, 'unknown');
end
$$;
create sequence tests.later;

select is(tests.missed('{}'), 'unknown', 'not transcribed');
select is(tests.missed('{"nobody_spoke": true}'), 'both', 'nobody but the notetaker');
select is(tests.missed('{"nobody_spoke": true, "summary_markdown": "They laughed."}'), 'unknown',
  'what has a summary was not silent');
select is(tests.missed(tests.said('tutor@tests.example', 'student@tests.example')), 'unknown', 'both spoke');
select is(tests.missed(tests.said('tutor@tests.example')), 'student', 'the tutor alone');
select is((select string_agg(n.kind || ': ' || n.body, ' ' order by n.user_id) from public.notifications n
    where n.user_id = tests.user_id('student@tests.example') and n.kind = 'session_no_show'),
  'session_no_show: lesson, '
    || tutoring.local_time(tests.the_session('lesson'), (tests.the_session('lesson')).starts_at)
    || ': the recording has the tutor alone.', 'the student is told');
select is((select count(*)::integer from public.notifications n where n.kind = 'session_no_show'), 2, 'both are, once');
select is(tests.missed(tests.said('Student@tests.example', 'Fathom Notetaker')), 'tutor', 'the student alone');
select is((select w.why from ops.attention w where w.what = 'tutor missing'),
  'The recording has the student alone: tutor@tests.example was to teach student@tests.example.', 'an admin is told');
select is(tests.missed(tests.said('student@tests.example', 'Speaker 3')), 'unknown', 'somebody else may be the tutor');
select is((select count(*)::integer from public.notifications n where n.kind = 'session_no_show'), 0,
  'what was told before does not hold any more');
select is(tests.missed(tests.said('tutor@tests.example') || jsonb_build_object('ended_at', tests.moment(200))),
  'unknown',
  'less than five minutes');
select is(tests.missed(tests.said(variadic array_fill('tutor@tests.example'::text, array[400]))), 'unknown',
  'at length: to a listener');
select is((tests.the_session('lesson')).status::text, 'completed', 'in all of it, it took place');

select * from finish();
rollback;
