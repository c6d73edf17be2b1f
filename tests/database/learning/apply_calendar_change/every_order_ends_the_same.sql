begin;
select plan(1);

insert into public.appointments (title, email, starts_at, ends_at, status)
select 'talk', 'student@tests.example', tests.moment(0)::timestamptz, tests.moment(3600)::timestamptz, 'requested';
select tests.remember('talk', (select a.id::text from public.appointments a where a.title = 'talk'));
create function tests.the_talk() returns public.appointments language sql as $$ select a from public.appointments a
  where a.id = tests.id('talk') $$;

select tests.ends_the_same_in_every_order(
  'in parts, in any order',
  tests.an_event('evt_1', tests.fact_calendar('cal_1', 1, tests.a_time(7200) || jsonb_build_object('appointment_id',
    tests.id('talk')))),
  tests.an_event('evt_2', tests.fact_calendar('cal_1', 2, jsonb_build_object('appointment_id', tests.id('talk'),
    'status', 'cancelled'))),
  tests.an_event('evt_3', tests.fact_calendar('cal_1', 2, jsonb_build_object('appointment_id', tests.id('talk'),
    'status', 'confirmed', 'meet_link', 'https://meet.example/x'))),
  tests.an_event('evt_4', tests.fact_calendar('cal_2', 0, tests.a_time(3600) || jsonb_build_object('appointment_id',
    tests.id('talk'), 'status', 'cancelled')))
);

select * from finish();
rollback;
