begin;
select plan(3);

select tests.a_lesson('lesson', 'tutor@tests.example');
create function tests.checks(starts_at timestamptz) returns text language sql as $$
  select tests.refusal(format('select commerce.open_checkout(''amina@tests.example'', %L)',
    jsonb_build_array(jsonb_build_object('sku', 'lesson', 'quantity', 1, 'starts_at', ops.iso_utc(starts_at)))))
$$;
select is(tests.checks(tests.next_monday('03:00')), 'taken', 'at any time, while there are no hours');
insert into public.tutor_hours (tutor_id, weekday, opens_at, closes_at, time_zone)
select t.id, 1, '09:00', '12:00', 'UTC' from public.tutors t;
select is(tests.checks(tests.next_monday('12:00')), 'P0001 not_bookable', 'not outside of them');
select is(tests.checks(tests.next_monday('09:00')), 'taken', 'within them');

select * from finish();
rollback;
