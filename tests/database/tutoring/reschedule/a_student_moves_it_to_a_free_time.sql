begin;
select plan(12);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');

select tests.teaches(1, '09:00', '12:00');
select tests.a_paid_lesson('hour', tests.next_monday('09:00'));
select tests.a_booking('other', 'lesson', tests.next_monday('11:00') - now());
select is(tests.moves('student@tests.example', tests.next_monday('08:00')), 'P0001 not_bookable', 'not out of hours');
select is(tests.moves('student@tests.example', tests.next_monday('09:10')), 'P0001 not_bookable', 'nor of step');
select is(tests.moves('student@tests.example', tests.next_monday('10:30')), 'P0001 sold_out', 'nor where it is taken');
select is(tests.moves('student@tests.example', now() + interval '1 minute'), 'P0001 not_bookable', 'nor at once');
select is(tests.moves('student@tests.example', null), '22023 starts_at_missing', 'nor to no time');
select is(tests.moves('student@tests.example', tests.next_monday('09:00')), 'PT409 starts_at_unchanged',
  'nor to where it is');
select is(tests.moves('student@tests.example', tests.next_monday('09:30')), 'student 1',
  'its own time is no obstacle to it');
select is((tests.the_session('session')).ends_at, tests.next_monday('10:30'), 'it lasts as long as before');
select is(tests.moves('student@tests.example', tests.next_monday('09:30')), 'student 1', 'again: nothing more happens');
select is((select count(*)::integer from public.tutoring_session_changes), 1, 'one change');
select is((select string_agg(distinct n.body, '; ') from public.notifications n where n.kind = 'session_rescheduled'),
  format('Lesson: now %s (UTC), before %s (UTC).', to_char(tests.next_monday('09:30') at time zone 'UTC',
    'YYYY-MM-DD HH24:MI'), to_char(tests.next_monday('09:00') at time zone 'UTC', 'YYYY-MM-DD HH24:MI')),
  'both are told, on the tutor''s clock');
select tests.authenticate_as('student@tests.example');
select results_eq(
  $$ select f.starts_at from public.free_times_to_move(tests.id('session'), tests.next_monday(),
    tests.next_monday('23:00')) f $$,
  $$ values (tests.next_monday('09:00')), (tests.next_monday('10:00')) $$, 'what is listed is what it may be moved to'
);
select tests.as_owner();

select * from finish();
rollback;
