begin;
select plan(3);

select tests.a_lesson('lesson');
select tests.a_booking('first', 'lesson', interval '1 day');
select throws_like($$ select tests.a_booking('second', 'lesson', interval '1 day 30 minutes', 'ben@tests.example') $$,
  'product lesson is sold out%', 'while a checkout holds the time');
select tests.receive(tests.fact_captured('pi_1', 'first'));
select throws_like($$ select tests.a_booking('second', 'lesson', interval '1 day 30 minutes', 'ben@tests.example') $$,
  'product lesson is sold out%', 'nor once it is paid');
select lives_ok($$ select tests.a_booking('second', 'lesson', interval '1 day 1 hour', 'ben@tests.example') $$,
  'an hour later the tutor is free');

select * from finish();
rollback;
