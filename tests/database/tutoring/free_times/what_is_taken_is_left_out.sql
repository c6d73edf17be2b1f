begin;
select plan(9);

select tests.a_lesson('lesson');
select tests.teaches(1, '09:00', '12:00');
create function tests.monday() returns text language sql as $$
  select regexp_replace(tests.free(tests.next_monday(), tests.next_monday('23:59')), '\d\d (\d\d:)', '\1', 'g')
$$;
create function tests.book(name text, at time) returns void language sql as $$
  select tests.a_booking(name, 'lesson', tests.next_monday(at) - now(), name || '@tests.example')
$$;
select is(tests.monday(), '09:00, 09:30, 10:00, 10:30, 11:00', 'all of it');
select tests.book('ben', '10:00');
select is(tests.monday(), '09:00, 11:00', 'less what an unpaid checkout holds');
select tests.is_paid('ben');
select is(tests.monday(), '09:00, 11:00', 'and what is booked');
update public.tutors set break_minutes = 15 where email = 'tutor@tests.example';
select is(tests.monday(), null, 'with the breaks around it');
select is(tests.refusal($$ select tests.book('amina', '11:00') $$), 'P0001 sold_out', 'which are kept when it is sold');
update public.tutors set break_minutes = 0 where email = 'tutor@tests.example';
update public.tutoring_sessions set status = 'cancelled' where true;
select is(tests.monday(), '09:00, 09:30, 10:00, 10:30, 11:00', 'what is cancelled is free again');
select tests.book('amina', '09:00');
select commerce.cancel_checkout(tests.id('amina'));
select is(tests.monday(), '09:00, 09:30, 10:00, 10:30, 11:00', 'and what a buyer does not pay for');
select tests.a_lesson('other', 'other@tests.example');
select tests.a_booking('other', 'other', tests.next_monday('10:00') - now());
select is(tests.monday(), '09:00, 09:30, 10:00, 10:30, 11:00', 'another tutor''s session takes nothing');
update public.products set stock = 0 where sku = 'lesson';
select is_empty($$ select * from public.free_times('lesson', tests.next_monday(), tests.next_monday('23:59')) $$,
  'what is sold out has no time');

select * from finish();
rollback;
