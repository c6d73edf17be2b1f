begin;
select plan(9);

select tests.a_lesson('lesson');
create function tests.a_row(kind text, first_day text, last_day text, opens text, closes text, zone text default 'UTC')
  returns text language sql as $$
  select format('insert into public.tutor_exceptions (tutor_id, kind, first_day, last_day, opens_at, closes_at, '
    'time_zone) select t.id, %L, %L, %L, %L, %L, %L from public.tutors t', kind, first_day, last_day, opens, closes,
    zone)
$$;
select tests.is_refused(tests.a_row('off', '2027-01-02', '2027-01-01', null, null),
  'an_exception_ends_when_it_begins_or_later', 'it ends after it begins');
select tests.is_refused(tests.a_row('off', '2027-01-01', '2028-02-01', null, null),
  'an_exception_lasts_at_most_a_year', 'a year at most');
select tests.is_refused(tests.a_row('off', '2027-01-01', null, '09:00', null),
  'an_exception_has_both_times_or_none', 'both times or none');
select tests.is_refused(tests.a_row('off', '2027-01-01', null, '09:00', '09:00'), 'a_time_begins_before_it_ends',
  'a time begins before it ends');
select tests.is_refused(tests.a_row('extra', '2027-01-01', null, null, null), 'extra_hours_say_from_when_to_when',
  'extra hours have times');
select is(tests.refusal(tests.a_row('off', '2027-01-01', null, null, null, 'Europe/Atlantis')), '22023',
  'a time zone is one that there is');
select is(tests.refusal(tests.a_row('off', '2027-01-01', null, null, null)), 'taken', 'a day off');
select is(tests.refusal(tests.a_row('extra', '2027-01-01', '2027-01-05', '20:00', '24:00')), 'taken', 'extra evenings');
select tests.is_refused('insert into public.tutor_exceptions (tutor_id, kind, first_day, time_zone) values '
  '(gen_random_uuid(), ''off'', ''2027-01-01'', ''UTC'')', 'an_exception_is_a_tutors', 'of a tutor');

select * from finish();
rollback;
