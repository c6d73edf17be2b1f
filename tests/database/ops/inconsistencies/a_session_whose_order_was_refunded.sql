begin;
select plan(1);

select tests.a_lesson('lesson');
select tests.a_booking('cart', 'lesson', '1 day');
select tests.is_paid('cart');
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 1000));
update public.tutoring_sessions set status = 'scheduled', cancelled_by_refund = false
  where tutor_email = 'tutor@tests.example';

select is(tests.inconsistencies(), 'session that nothing bought', 'it is not paid for any more');

select * from finish();
rollback;
