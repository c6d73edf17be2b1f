begin;
select plan(3);

select tests.a_session('lesson');
create function tests.said_by(email text) returns jsonb language sql immutable as $$
  select jsonb_build_object('transcript', jsonb_build_array(jsonb_build_object('speaker', 'x', 'email', email, 'text',
    'Hello?', 'at_seconds', 0)))
$$;
select tests.receive(tests.fact_meeting('rec_1') || tests.said_by('tutor@tests.example'));
select is((tests.the_session('lesson')).no_show::text, 'student', 'in the first the tutor waits');
select tests.receive(tests.fact_meeting('rec_2'));
select is((tests.the_session('lesson')).no_show, null, 'there is a second, not transcribed yet: not known');
select tests.receive(tests.fact_meeting('rec_2', at => 1) || tests.said_by('student@tests.example'));
select is((tests.the_session('lesson')).no_show, null, 'in which the student comes');

select * from finish();
rollback;
