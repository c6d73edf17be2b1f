begin;
select plan(6);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.a_checkout('late', '{"seat": 1}', 'late@tests.example');
select tests.a_booking('late_hour', 'lesson', '1 day', 'late@tests.example');
select tests.receive(tests.fact_checkout_expired('late'), tests.fact_checkout_expired('late_hour'));
select tests.is_sold('one', '{"seat": 1}', 'amina@tests.example'),
  tests.is_sold('two', '{"seat": 1}', 'ben@tests.example');
select tests.a_booking('hour', 'lesson', '1 day', 'ben@tests.example'), tests.is_paid('hour');
select tests.is_paid('late'), tests.is_paid('late_hour');

select is(tests.the_seats('autumn'), 'amina@tests.example active, ben@tests.example active',
  'the buyers who paid in time have the seats');
select is(tests.the_lessons(), 'ben@tests.example scheduled', 'and the hour');
select matches((tests.the_order('late')).attention_reason, '1 × seat \(0 left\)', 'the late order needs attention');
select matches((tests.the_order('late_hour')).attention_reason, '1 × lesson \(0 left\)', 'both orders do');
update public.cohorts set capacity = 3 where id = tests.id('autumn');
update public.tutoring_sessions set status = 'cancelled' where student_email = 'ben@tests.example';
select commerce.settle_order((tests.the_order('late')).id), commerce.settle_order((tests.the_order('late_hour')).id);
select is(tests.the_seats('autumn'), 'amina@tests.example active, ben@tests.example active, late@tests.example active',
  'once there is a seat the late buyer gets it');
select is(tests.the_lessons(), 'ben@tests.example cancelled, late@tests.example scheduled', 'the same with the hour');

select * from finish();
rollback;
