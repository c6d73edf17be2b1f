begin;
select plan(9);

select tests.a_session('maths', 0);
select is(
  tests.receive(tests.fact_calendar('cal_1', 10, tests.a_time(7200) || jsonb_build_object('session_id',
    tests.id('maths'), 'meet_link', 'https://meet.example/x'))),
  'applied', 'a session is named by its id'
);
select is((tests.the_session('maths')).starts_at, tests.moment(7200)::timestamptz, 'it is moved');
select is((tests.the_session('maths')).ends_at, tests.moment(10800)::timestamptz, 'with its end');
select is((tests.the_session('maths')).meet_link, 'https://meet.example/x', 'has its link');
select is((tests.the_session('maths')).calendar_event_id, 'cal_1', 'and the calendar''s id');
select tests.receive(tests.fact_calendar('cal_1', 20, '{"status": "cancelled"}'));
select is((tests.the_session('maths')).status, 'cancelled', 'and is found by it from then on');
select is((tests.the_session('maths')).meet_link, 'https://meet.example/x', 'a value that is left out stays');
select tests.receive(tests.fact_calendar('cal_1', 15, '{"status": "confirmed"}'));
select is((tests.the_session('maths')).status, 'cancelled', 'an older event is not applied');
select tests.receive(tests.fact_calendar('cal_1', 30, '{"status": "confirmed"}'));
select is((tests.the_session('maths')).status, 'scheduled',
  'a session that the calendar cancelled is reinstated by it');

select * from finish();
rollback;
