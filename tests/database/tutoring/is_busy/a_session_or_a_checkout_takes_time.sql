begin;
select plan(7);

select tests.a_lesson('lesson');
select tests.a_session('there', 0);
create function tests.busy(from_second integer, to_second integer, tutor text default 'tutor@tests.example')
  returns boolean language sql as $$
  select tutoring.is_busy(tutor, tests.moment(from_second)::timestamptz, tests.moment(to_second)::timestamptz)
$$;
select is(tests.busy(3599, 7200), true, 'a session that is not over yet');
select is(tests.busy(-100, 1), true, 'one that begins before the end');
select is(tests.busy(3600, 7200), false, 'right after it the tutor is free');
select is(tests.busy(0, 3600, 'another@tests.example'), false, 'another tutor is free anyway');
update public.tutoring_sessions s set status = 'cancelled' where s.id = tests.id('there');
select is(tests.busy(0, 3600), false, 'a cancelled one takes none');
select tests.a_booking('cart', 'lesson', interval '1 day');
select is(tutoring.is_busy('tutor@tests.example', now() + interval '1 day 59 minutes', now() + interval '2 days'), true,
  'an unpaid checkout holds it');
select commerce.cancel_checkout(tests.id('cart'));
select is(tutoring.is_busy('tutor@tests.example', now() + interval '1 day 59 minutes', now() + interval '2 days'),
  false, 'until it is cancelled');

select * from finish();
rollback;
