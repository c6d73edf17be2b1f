begin;
select plan(4);

select tests.a_session('maths', 0);
select is(tests.receive(tests.fact_calendar('cal_dentist', 1, '{"status": "cancelled"}')), 'applied',
  'an appointment that is not ours raises no error');
select is((tests.the_session('maths')).status, 'scheduled', 'and changes nothing');
select is(tests.receive(tests.fact_calendar('cal_1', 1, '{"session_id": "00000000-0000-4000-8000-000000000000"}')),
  'failed', 'an unknown session that is named fails, for an admin to see');
select is(tests.receive(tests.fact_calendar('cal_1', 1, '{"appointment_id": "00000000-0000-4000-8000-000000000000"}')),
  'failed', 'so does an appointment');

select * from finish();
rollback;
