begin;
select plan(8);

select tests.a_session('theirs', 3000);
select tests.a_session('room', 0, tutor => 'other_tutor@tests.example', student => 'other@tests.example');
update public.tutoring_sessions s set meet_link = 'https://meet.google.com/abc-defg-hij' where s.id = tests.id('room');
create function tests.of(url text, started integer default 0, emails text[]
  default '{tutor@tests.example,student@tests.example}') returns uuid language sql stable as $$
  select tutoring.session_of(coalesce(nullif(tests.fact_meeting('x', emails) -> 'people', 'null'), '[]'),
    tests.moment(started)::timestamptz, null, url)
$$;
select is(tests.of('https://meet.google.com/abc-defg-hij'), tests.id('room'), 'where it took place comes first');
select is(tests.of('HTTP://www.Meet.google.com/abc-defg-hij/?authuser=1#x'), tests.id('room'), 'however it is written');
select is(tests.of('https://meet.google.com/abc-defg-hij', 0, '{}'), tests.id('room'),
  'nobody is invited: by the room');
select is(tests.of('https://meet.google.com/xyz-defg-hij'), tests.id('theirs'), 'another room: by the people');
select is(tests.of('https://meet.google.com/abc-defg-hij', 90000), null, 'a day later: none');
select is(tests.of(null, 0, '{}'), null, 'no room, nobody invited: none');

-- The tutor's own room, for all sessions.
select tests.a_session('next', 3600, tutor => 'other_tutor@tests.example', student => 'student@tests.example');
update public.tutoring_sessions s set meet_link = 'meet.google.com/abc-defg-hij' where s.id = tests.id('next');
select is(tests.of('https://meet.google.com/abc-defg-hij', 1800, '{other_tutor@tests.example,student@tests.example}'),
  tests.id('next'), 'in one room: by the people');
select is(tests.of('https://meet.google.com/abc-defg-hij', 3600, '{other_tutor@tests.example}'), tests.id('next'),
  'and then by the time');

select * from finish();
rollback;
