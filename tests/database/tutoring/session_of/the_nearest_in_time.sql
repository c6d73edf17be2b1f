begin;
select plan(5);

select tests.a_session('first', 0);
select tests.a_session('second', 3600);
create function tests.at(started integer, scheduled integer default null) returns uuid language sql stable as $$
  select tutoring.session_of(tests.fact_meeting('x') -> 'people', tests.moment(started)::timestamptz,
    tests.moment(scheduled)::timestamptz)
$$;

select is(tests.at(300), tests.id('first'), 'started a little late');
select is(tests.at(3500), tests.id('second'), 'started a little early, while the session before was not over');
select is(tests.at(3000, 0), tests.id('first'), 'the scheduled time is the better match');
select is(tests.at(-90000), null, 'a day before: none');
select is(tests.at(90000), null, 'a day after: none');

select * from finish();
rollback;
