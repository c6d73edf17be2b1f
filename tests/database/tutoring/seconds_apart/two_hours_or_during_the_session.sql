begin;
select plan(8);

create function tests.apart(started integer, scheduled integer, lasts integer default 3600) returns numeric language sql
  stable as $$
  select tutoring.seconds_apart(tests.moment(started)::timestamptz, tests.moment(scheduled)::timestamptz,
    tests.moment(0)::timestamptz, tests.moment(lasts)::timestamptz)
$$;

select is(tests.apart(60, null), 60::numeric, 'after the start of the session');
select is(tests.apart(-60, null), 60::numeric, 'before it');
select is(tests.apart(600, -30), 30::numeric, 'the nearer of the recorded and the scheduled time');
select is(tests.apart(7200, null), 7200::numeric, 'two hours are near enough');
select is(tests.apart(7201, null), null, 'more are not');
select is(tests.apart(-7201, null), null, 'nor before it');
select is(tests.apart(10000, null, 14400), 10000::numeric, 'but during a long session');
select is(tests.apart(14400, null, 14400), null, 'until it ends');

select * from finish();
rollback;
