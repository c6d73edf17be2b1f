begin;
select plan(9);

select tests.a_lesson('lesson');
select tests.teaches(1, '09:00', '12:00');
create function tests.monday() returns text language sql as $$
  select regexp_replace(tests.free(tests.next_monday(), tests.next_monday('23:59')), '\d\d (\d\d:)', '\1', 'g')
$$;
create function tests.differs(kind text, opens_at time default null, closes_at time default null, days integer
  default 0) returns void language sql as $$
  insert into public.tutor_exceptions (tutor_id, kind, first_day, last_day, opens_at, closes_at)
  select t.id, differs.kind::public.tutor_exception_kind, tests.next_monday()::date, tests.next_monday()::date + days,
    differs.opens_at, differs.closes_at
  from public.tutors t
$$;
select tests.differs('off', '10:15', '11:00');
select is(tests.monday(), '09:00, 11:00', 'an hour off');
select tests.differs('off', days => 3);
select is(tests.monday(), null, 'days off');
select tests.differs('extra', '18:00', '19:30');
select is(tests.monday(), '18:00, 18:30', 'extra hours hold although it is off');
delete from public.tutor_exceptions where kind = 'off';
select is(tests.monday(), '09:00, 09:30, 10:00, 10:30, 11:00, 18:00, 18:30', 'or beyond the weekly hours');
delete from public.tutor_hours where true;
select is(tests.monday(), '18:00, 18:30', 'or alone: who has any hours is not booked at another time');
delete from public.tutor_exceptions where true;
select ok(tests.monday() like '00:00, 00:30,%22:00, 22:30, 23:00, 23:30', 'without any hours, all day long');
select tests.differs('off', '01:00', '23:00');
select is(tests.monday(), '00:00, 23:00, 23:30', 'but what is off');
select is(tests.refusal($$ select tests.a_booking('cart', 'lesson', tests.next_monday('22:59') - now()) $$),
  'P0001 not_bookable', 'which cannot be bought');
update public.tutors set time_zone = 'Africa/Douala' where email = 'tutor@tests.example';
delete from public.tutor_exceptions where true;
insert into public.tutor_exceptions (tutor_id, kind, first_day, opens_at, closes_at)
select t.id, 'extra', tests.next_monday()::date, '09:00', '10:00' from public.tutors t;
select is((select e.time_zone || ' ' || e.last_day from public.tutor_exceptions e), 'Africa/Douala ' ||
  tests.next_monday()::date, 'it is of one day, on the tutor''s clock');

select * from finish();
rollback;
