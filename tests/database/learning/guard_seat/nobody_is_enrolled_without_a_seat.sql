begin;
select plan(5);

select tests.a_course('maths', 2);
select tests.enrol('maths', 'amina@tests.example');
select tests.a_checkout('cart', '{"maths": 1}', 'ben@tests.example');
select tests.is_refused($$ select tests.enrol('maths', 'chloe@tests.example') $$,
  'a_cohort_has_no_more_students_than_seats', 'the last one is held for a buyer');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select is((tests.the_seat('maths', 'ben@tests.example')).status, 'active', 'who gets it');
select tests.is_refused($$ select tests.enrol('maths', 'chloe@tests.example') $$,
  'a_cohort_has_no_more_students_than_seats', 'then it is taken');
update public.enrollments e set status = 'cancelled' where e.id = (tests.the_seat('maths', 'amina@tests.example')).id;
select lives_ok($$ select tests.enrol('maths', 'chloe@tests.example') $$,
  'a cancelled student leaves the seat to another');
select tests.is_refused(
  $$ update public.enrollments e set status = 'active' where e.id = (tests.the_seat('maths', 'amina@tests.example')).id
  $$, 'a_cohort_has_no_more_students_than_seats',
  'and does not get it back'
);

select * from finish();
rollback;
