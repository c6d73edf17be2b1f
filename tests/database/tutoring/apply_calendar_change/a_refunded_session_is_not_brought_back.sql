begin;
select plan(2);

insert into public.products (sku, name, price_minor, currency, kind, tutor_email, session_minutes)
values ('lesson', 'Lesson', 1000, 'EUR', 'tutoring_session', 'tutor@tests.example', 60);
select tests.remember('c', commerce.open_checkout(
  'student@tests.example', jsonb_build_array(jsonb_build_object('sku', 'lesson', 'quantity', 1, 'starts_at',
    ops.iso_utc(now() + interval '2 days')))
)::text);
select tests.receive(tests.fact_captured('pi_1', 'c'));
select tests.remember('lesson', (select s.id::text from public.tutoring_sessions s
  where s.student_email = 'student@tests.example'));

select tests.receive(tests.fact_calendar('cal_1', 1, jsonb_build_object('session_id', tests.id('lesson'), 'status',
  'cancelled')));
select tests.receive(tests.fact_refunded_total('pi_1', 1000));
select tests.receive(tests.fact_calendar('cal_1', 2, '{"status": "confirmed"}'));
select is((tests.the_order('c')).status, 'refunded', 'the payment is refunded');
select is((tests.the_session('lesson')).status, 'cancelled', 'and the calendar does not reinstate the session');

select * from finish();
rollback;
