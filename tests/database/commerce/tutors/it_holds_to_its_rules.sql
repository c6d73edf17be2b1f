begin;
select plan(9);

select tests.a_lesson('lesson');
create function tests.set(assignment text) returns text language sql as $$
  select format('update public.tutors set %s where email = ''tutor@tests.example''', assignment)
$$;
select is(tests.refusal(tests.set($$ time_zone = 'Mars/Base' $$)), '22023', 'a time zone is one that there is');
select tests.is_refused(tests.set('notice_minutes = -1'), 'a_notice_is_at_most_90_days', 'a notice');
select tests.is_refused(tests.set('book_ahead_days = 731'), 'sessions_are_booked_1_to_730_days_ahead', 'how far ahead');
select tests.is_refused(tests.set('break_minutes = 1441'), 'a_break_is_at_most_a_day', 'breaks');
select tests.is_refused(tests.set('step_minutes = 4'), 'sessions_begin_every_5_minutes_to_every_day', 'steps');
select tests.is_refused(tests.set('cancel_hours = -1'), 'a_session_is_cancelled_at_most_90_days_before', 'until when');
select tests.is_refused(tests.set('reschedule_hours = 2161'), 'a_session_is_moved_at_most_90_days_before', 'the same');
select tests.is_refused(tests.set('max_reschedules = -1'), 'a_session_is_moved_at_most_100_times', 'how often');
select tests.is_refused(tests.set('reminder_minutes = ''{0}'''), 'at_most_5_reminders_of_up_to_30_days', 'reminders');

select * from finish();
rollback;
