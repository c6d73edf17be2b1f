begin;
select plan(4);

select tests.a_session('maths', 0);
select is(tests.receive(tests.fact_calendar('cal_dentist', 1, '{"status": "cancelled"}')), 'applied',
  'somebody''s other appointment is no error');
select is((tests.the_session('maths')).status, 'scheduled', 'and changes nothing');
select is(tests.receive(tests.fact_calendar('cal_1', 1, '{"session_id": "00000000-0000-4000-8000-000000000000"}')),
  'failed', 'a session that is named and is not here is one, to be seen');
select is(tests.receive(tests.fact_calendar('cal_1', 1, '{"appointment_id": "00000000-0000-4000-8000-000000000000"}')),
  'failed', 'so is an appointment');

select * from finish();
rollback;
