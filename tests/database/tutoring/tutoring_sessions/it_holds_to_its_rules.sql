begin;
select plan(4);

create function tests.a_row(starts text, ends text, tutor text, student text) returns text language sql as $$
  select
    format('insert into public.tutoring_sessions (title, starts_at, ends_at, tutor_email, student_email) values (%L, '
      '%L, %L, %L, %L)', 'x', starts, ends, tutor, student)
$$;
select tests.is_refused(tests.a_row('2026-01-01', '2026-01-01', 'a@x', 'b@x'), 'a_session_ends_after_it_starts',
  'it ends after it starts');
select tests.is_refused(tests.a_row('2026-01-01', '2026-01-02', 'A@x', 'b@x'), 'a_tutors_address_is_lower_case',
  'otherwise no recording would find it');
select tests.is_refused(tests.a_row('2026-01-01', '2026-01-02', 'a@x', 'B@x'), 'a_students_address_is_lower_case',
  'nor the student''s');
select tests.a_session('lesson');
select is((tests.the_session('lesson')).status, 'scheduled', 'it begins as scheduled');

select * from finish();
rollback;
