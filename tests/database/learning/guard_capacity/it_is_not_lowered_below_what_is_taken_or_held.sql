begin;
select plan(4);

select tests.a_course('maths', 5);
select tests.enrol('maths', 'amina@tests.example');
select tests.a_checkout('cart', '{"maths": 1}');
select tests.is_refused($$ update public.cohorts c set capacity = 1 where c.id = tests.id('maths') $$,
  'a_cohort_has_no_more_students_than_seats', 'a student would lose a seat');
select lives_ok($$ update public.cohorts c set capacity = 2 where c.id = tests.id('maths') $$,
  'down to the taken and held seats');
select is(tests.free_seats('maths'), 0, 'then none is left');
select throws_ok($$ select tests.a_checkout('other', '{"maths": 1}', 'ben@tests.example') $$, 'P0001',
  'product maths is sold out: 1 asked for, 0 left', 'and none is sold');

select * from finish();
rollback;
