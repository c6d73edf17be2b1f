begin;
select plan(8);

select tests.a_lesson('lesson');
select tests.teaches(1, '09:00', '12:00');
create function tests.says(starts_at timestamptz) returns text language plpgsql as $$
declare
  v_hint text;
begin
  perform tests.a_booking('cart', 'lesson', starts_at - now());
  return 'taken';
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return sqlerrm || '. ' || v_hint;
end
$$;
create function tests.hint(at time) returns text language sql as $$
  select format('The next free time is %s. Let the buyer choose one of free_times.', ops.iso_utc(tests.next_monday(at)))
$$;
select matches(tests.says(now() + interval '60 seconds'), 'it has to be booked 30 minutes ahead. The next free time is',
  'in 60 seconds');
select matches(tests.says('2040-01-02T09:00:00Z'), 'it can be booked 180 days ahead at most. The next free time is',
  'in 2040');
select is(right(tests.says(tests.next_monday('03:00')), 89), right('its tutor teaches at other hours. ' ||
  tests.hint('09:00'), 89), 'at three in the morning');
select matches(tests.says(tests.next_monday('09:07')), 'its tutor begins every 30 minutes from the opening on. ' ||
  tests.hint('09:30'), 'between the steps');
select tests.a_booking('first', 'lesson', tests.next_monday('09:30') - now());
select is(tests.says(tests.next_monday('10:00')), 'product lesson is sold out: 1 asked for, 0 left. '
  || tests.hint('10:30'), 'while another holds it');
select is(tests.says(tests.next_monday('10:30')), 'taken', 'the time that is named can be bought');
insert into public.tutor_exceptions (tutor_id, kind, first_day, last_day)
select t.id, 'off', now()::date, now()::date + 300 from public.tutors t;
select matches(tests.says(tests.next_monday('11:00')), 'No time is free in the 31 days after it', 'when none is free');
select is(tests.refusal($$ select tests.a_booking('cart', 'lesson', interval '60 seconds') $$), 'P0001 not_bookable',
  'with its code');

select * from finish();
rollback;
