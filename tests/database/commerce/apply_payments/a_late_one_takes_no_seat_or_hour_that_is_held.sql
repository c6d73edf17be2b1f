begin;
select plan(4);

select tests.a_cohort('autumn', 1);
select tests.a_seat('seat', 'autumn');
select tests.a_lesson('lesson');
select tests.a_checkout('late', '{"seat": 1}', 'late@tests.example');
select tests.a_booking('late_hour', 'lesson', '1 day', 'late@tests.example');
select tests.receive(tests.fact_checkout_expired('late'), tests.fact_checkout_expired('late_hour'));
select tests.a_checkout('seat', '{"seat": 1}', 'amina@tests.example');
select tests.a_booking('hour', 'lesson', '1 day', 'ben@tests.example');

select tests.ends_the_same_in_every_order('a seat and an hour, each paid by who holds it and by who came late',
  tests.an_event('evt_1', tests.fact_captured('pi_late', 'late')),
  tests.an_event('evt_2', tests.fact_captured('pi_late_hour', 'late_hour')),
  tests.an_event('evt_3', tests.fact_captured('pi_seat', 'seat')),
  tests.an_event('evt_4', tests.fact_captured('pi_hour', 'hour'))
);
select tests.receive_events(
  tests.an_event('evt_1', tests.fact_captured('pi_late', 'late')),
  tests.an_event('evt_2', tests.fact_captured('pi_late_hour', 'late_hour')),
  tests.an_event('evt_3', tests.fact_captured('pi_seat', 'seat')),
  tests.an_event('evt_4', tests.fact_captured('pi_hour', 'hour'))
);
select is(tests.the_seats('autumn'), 'amina@tests.example active', 'the seat is whose it was');
select is(tests.the_lessons(), 'ben@tests.example scheduled', 'so is the hour');
select is(tests.inconsistencies(), null, 'the audit agrees');

select * from finish();
rollback;
