begin;
select plan(1);

select tests.a_lesson('lesson');
select tests.a_booking('cart', 'lesson', '1 day');
select tests.is_paid('cart');
update public.stock_reservations set status = 'released' where checkout_session_id = tests.id('cart');

select is(tests.inconsistencies(), 'sold and not taken from what there is', 'a tutor''s time too');

select * from finish();
rollback;
