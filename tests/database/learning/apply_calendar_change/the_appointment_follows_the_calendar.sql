begin;
select plan(8);

insert into public.appointments (title, email, starts_at, ends_at, status)
select 'talk', 'student@tests.example', tests.moment(0)::timestamptz, tests.moment(3600)::timestamptz, 'requested';
select tests.remember('talk', (select a.id::text from public.appointments a where a.title = 'talk'));
create function tests.the_talk() returns public.appointments language sql as $$ select a from public.appointments a
  where a.id = tests.id('talk') $$;

select is(
  tests.receive(tests.fact_calendar('cal_1', 10, tests.a_time(7200) || jsonb_build_object('appointment_id',
    tests.id('talk'), 'status', 'confirmed', 'meet_link', 'https://meet.example/x'))),
  'applied', 'an appointment is named by its id'
);
select is((tests.the_talk()).status, 'confirmed', 'a requested one is confirmed');
select is((tests.the_talk()).starts_at, tests.moment(7200)::timestamptz, 'at its time');
select is((tests.the_talk()).meet_link, 'https://meet.example/x', 'with its link');
select tests.receive(tests.fact_calendar('cal_1', 20, '{"status": "cancelled"}'));
select is((tests.the_talk()).status, 'cancelled', 'and is found by the calendar''s id from then on');
select tests.receive(tests.fact_calendar('cal_1', 15, '{"status": "confirmed"}'));
select is((tests.the_talk()).status, 'cancelled', 'an older event is not applied');
select tests.receive(tests.fact_calendar('cal_1', 30, '{"status": "confirmed"}'));
select is((tests.the_talk()).status, 'confirmed', 'an appointment that the calendar cancelled is reinstated by it');

update public.appointments a set status = 'cancelled' where a.id = tests.id('talk');
select tests.receive(tests.fact_calendar('cal_1', 40, '{"status": "confirmed"}'));
select is((tests.the_talk()).status, 'cancelled', 'one that an admin cancelled stays cancelled');

select * from finish();
rollback;
