begin;
select plan(3);

select tests.a_lesson('lesson');
select tests.a_booking('cart', 'lesson', '1 day');
select tests.is_paid('cart');
delete from public.tutoring_sessions where tutor_email = 'tutor@tests.example';

select is(tests.inconsistencies(), 'session bought and not booked', 'the buyer paid for it');
select lives_ok((select i.remedy from ops.inconsistencies i), 'the remedy is a statement');
select is(tests.inconsistencies(), null, 'that fixes it');

select * from finish();
rollback;
