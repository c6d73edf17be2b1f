begin;
select plan(3);

select tests.a_cohort('autumn');
select tests.a_seat('seat', 'autumn');
select tests.is_sold('first', '{"seat": 1}');
update public.enrollments set status = 'cancelled' where cohort_id = tests.id('autumn');
select is(tests.inconsistencies(), null, 'an admin may cancel a bought seat');
select pg_sleep(0.002); -- so that a later purchase has a later id
select tests.is_sold('second', '{"seat": 1}');

select is(tests.the_seats('autumn'), 'buyer@tests.example active', 'it belongs to the later purchase');
select is(tests.inconsistencies(), null, 'which the earlier one does not contradict');

select * from finish();
rollback;
