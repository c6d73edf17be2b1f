begin;
select plan(5);

create function tests.of(emails text[], started integer) returns uuid language sql stable as $$
  select tutoring.session_of(tests.fact_meeting('x', emails) -> 'people', tests.moment(started)::timestamptz, null)
$$;
select tests.a_session('a');
select tests.a_session('b');
select is(tests.of('{tutor@tests.example,student@tests.example}', 0), null, 'of two equal ones neither');
update public.tutoring_sessions s set title = 'touched' where s.id = tests.id('a');
select is(tests.of('{tutor@tests.example,student@tests.example}', 0), null, 'wherever they are on disk');
update public.tutoring_sessions s
set starts_at = s.starts_at + interval '1 hour', ends_at = s.ends_at + interval '1 hour'
where s.id = tests.id('b');
select is(tests.of('{tutor@tests.example}', 1750), null, 'in the middle between two: neither');
select is(tests.of('{tutor@tests.example}', 1600), tests.id('a'), 'nearer to one by more than five minutes: that one');
select is(tests.of('{tutor@tests.example}', 2000), tests.id('b'), 'or to the other');

select * from finish();
rollback;
