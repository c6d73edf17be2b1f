begin;
select plan(6);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');

select tests.a_booking('one', 'lesson', '24 hours');

select is(tests.refusal($$ select tests.a_booking('two', 'lesson', '24 hours 59 minutes') $$), 'P0001 sold_out',
  'it begins before the other has ended');
select is(tests.refusal($$ select tests.a_booking('two', 'lesson', '23 hours 1 minute') $$), 'P0001 sold_out',
  'it ends after the other has begun');
select is(tests.refusal($$ select tests.a_booking('two', 'lesson', '25 hours') $$), 'taken', 'right after it');
select is(tests.refusal($$ select tests.a_booking('two', 'lesson', '23 hours') $$), 'taken', 'right before it');
select tests.a_lesson('other lesson', 'tutor@tests.example');
select is(tests.refusal($$ select tests.a_booking('two', 'other lesson', '24 hours') $$), 'P0001 sold_out',
  'by any product of the same tutor');
select tests.a_lesson('lesson of another', 'another@tests.example');
select is(tests.refusal($$ select tests.a_booking('two', 'lesson of another', '24 hours') $$), 'taken',
  'another tutor is free');

select * from finish();
rollback;
