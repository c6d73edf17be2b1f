begin;
select plan(5);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.a_cohort('winter');
select tests.a_checkout('seat', '{"seat": 1}');
select tests.a_booking('hour', 'lesson', '1 day');
update public.stock_reservations set tutor_email = 'held@tests.example' where checkout_session_id = tests.id('hour');
update public.products set tutor_email = 'other@tests.example' where sku = 'lesson';
select ok(not tests.is_locked('signalbox tutor other@tests.example')
  and not tests.is_locked('signalbox tutor held@tests.example'),
  'these tutors are not locked yet');
select commerce.lock_seats(array[tests.id('seat'), tests.id('hour')]);

select isnt((select c.xmax::text from public.cohorts c where c.id = tests.id('autumn')), '0', 'the cohort');
select is((select c.xmax::text from public.cohorts c where c.id = tests.id('winter')), '0', 'no other');
select ok(tests.is_locked('signalbox tutor held@tests.example'), 'the tutor of the held time');
select ok(tests.is_locked('signalbox tutor other@tests.example'), 'and the tutor who took over');

select * from finish();
rollback;
