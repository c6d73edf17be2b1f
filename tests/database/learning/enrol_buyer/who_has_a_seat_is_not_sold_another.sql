begin;
select plan(2);

select tests.a_course('maths');
select tests.enrol('maths', 'amina@tests.example');
select throws_ok($$ select tests.a_checkout('cart', '{"maths": 1}', 'Amina@tests.example') $$, 'P0001',
  'this buyer has a seat of maths already', 'while the seat is active');
update public.enrollments e set status = 'cancelled' where e.cohort_id = tests.id('maths');
select lives_ok($$ select tests.a_checkout('cart', '{"maths": 1}', 'Amina@tests.example') $$,
  'once it is cancelled the buyer may buy one');

select * from finish();
rollback;
