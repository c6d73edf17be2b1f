begin;
select plan(8);

select tests.a_lesson('lesson');
select tests.teaches(1, '09:00', '11:00');
create function tests.monday() returns text language sql as $$
  select regexp_replace(tests.free(tests.next_monday(), tests.next_monday() + interval '1 day'),
    '\d\d (\d\d:)', '\1', 'g')
$$;
select is(tests.monday(), '09:00, 09:30, 10:00', 'each half an hour, so that it ends within the hours');
select tests.teaches(1, '11:00', '12:00');
select is(tests.monday(), '09:00, 09:30, 10:00, 10:30, 11:00', 'hours that touch are one');
select tests.teaches(1, '15:10', '16:20');
select is(tests.monday(), '09:00, 09:30, 10:00, 10:30, 11:00, 15:10', 'several on one day; steps begin when it opens');
update public.tutors set step_minutes = 60 where email = 'tutor@tests.example';
select is(tests.monday(), '09:00, 10:00, 11:00, 15:10', 'steps of the tutor''s own');
select is(tests.free(tests.next_monday('10:00'), tests.next_monday('11:00')), tests.free(tests.next_monday('09:01'),
  tests.next_monday('11:00')), 'from the first moment on');
select is((select count(*)::integer from tutoring.free_times('tutor@tests.example', tests.next_monday('09:00'),
  tests.next_monday('10:00'))), 1, 'and before the last');
select tests.a_lesson('long', minutes => 180);
select is(tests.monday(), '09:00', 'as long as the longest on sale');
select is(regexp_replace(tests.free(tests.next_monday(), tests.next_monday('15:00'), 45), '\d\d (\d\d:)', '\1', 'g'),
  '09:00, 10:00, 11:00', 'or as is asked for');

select * from finish();
rollback;
