begin;
select plan(1);

select tests.a_session('maths', 0);
select tests.ends_the_same_in_every_order(
  'in parts, in any order',
  tests.an_event('evt_1', tests.fact_calendar('cal_1', 1, tests.a_time(7200) || jsonb_build_object('session_id',
    tests.id('maths')))),
  tests.an_event('evt_2', tests.fact_calendar('cal_1', 2, jsonb_build_object('session_id', tests.id('maths'), 'status',
    'cancelled'))),
  tests.an_event('evt_3', tests.fact_calendar('cal_1', 2, jsonb_build_object('session_id', tests.id('maths'), 'status',
    'confirmed', 'meet_link', 'https://meet.example/x'))),
  tests.an_event('evt_4', tests.fact_calendar('cal_2', 0, tests.a_time(3600) || jsonb_build_object('session_id',
    tests.id('maths'), 'status', 'cancelled')))
);

select * from finish();
rollback;
