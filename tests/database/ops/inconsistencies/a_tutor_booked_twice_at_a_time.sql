begin;
select plan(4);

select tests.a_lesson('lesson');
select tests.a_booking('one', 'lesson', '24 hours');
select tests.a_booking('two', 'lesson', '25 hours', 'ben@tests.example');
select tests.is_paid('one'), tests.is_paid('two');
select is(tests.inconsistencies(), null, 'one after the other');
update public.tutoring_sessions set starts_at = starts_at - interval '1 minute'
  where student_email = 'ben@tests.example';

select is(tests.inconsistencies(), 'tutor booked twice at a time', 'for a minute');
update public.tutoring_sessions set status = 'cancelled' where student_email = 'ben@tests.example';
select is(tests.inconsistencies(), null, 'not when one is cancelled');
select tests.a_booking('three', 'lesson', '25 hours', 'cem@tests.example');
update public.stock_reservations set starts_at = starts_at - interval '1 minute' where status = 'held';
select is(tests.inconsistencies(), 'tutor booked twice at a time', 'what is held for a checkout counts too');

select * from finish();
rollback;
