begin;
select plan(4);

select tests.a_course('maths', 2);
select tests.a_checkout('one', '{"maths": 1}', 'amina@tests.example');
select tests.a_checkout('two', '{"maths": 1}', 'amina@tests.example');
select tests.is_paid('one');
select tests.is_paid('two');
-- The second got no seat; the first is cancelled, and other students take seats.
update public.enrollments e set status = 'cancelled' where e.cohort_id = tests.id('maths');
select tests.enrol('maths', 'ben@tests.example'), tests.enrol('maths', 'cleo@tests.example');

select throws_like(
  format('select commerce.settle_order(%L)', (tests.the_order('two')).id),
  'it still cannot be fulfilled: The seat of maths was sold since.%', 'in a text that an admin understands'
);
update public.cohorts c set capacity = 3 where c.id = tests.id('maths');
select commerce.settle_order((tests.the_order('two')).id);
select is((tests.the_order('two')).status, 'confirmed', 'once a seat is free the order gets it');
select is(tests.the_seats('maths'), 'amina@tests.example active, ben@tests.example active, cleo@tests.example active',
  'all three have a seat');
select is(tests.inconsistencies(), null, 'and the audit is clean');

select * from finish();
rollback;
