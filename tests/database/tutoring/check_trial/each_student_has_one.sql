begin;
select plan(9);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example');
select tests.a_lesson('lesson'), tests.a_lesson('other', 'other@tests.example');
update public.products set trial = true where sku in ('lesson', 'other');
create function tests.tries(student text default 'student@tests.example') returns text language sql as $$
  select tests.refusal(format('select tests.a_booking(''try'', ''other'', interval ''9 days'', %L)', student))
$$;
select is(tests.refusal(format('select commerce.open_checkout(''student@tests.example'', %L)', jsonb_build_array(
  jsonb_build_object('sku', 'lesson', 'quantity', 1, 'starts_at', ops.iso_utc(now() + interval '3 days')),
  jsonb_build_object('sku', 'other', 'quantity', 1, 'starts_at', ops.iso_utc(now() + interval '4 days'))))),
  'P0001 trial_used', 'not two in one checkout');
select is(tests.tries(), 'taken', 'the first');
select tests.a_booking('held', 'lesson', interval '3 days', 'student@tests.example');
select is(tests.tries(), 'P0001 trial_used', 'no other while it is held, with whatever tutor');
select is(tests.tries('ben@tests.example'), 'taken', 'another student has one too');
select commerce.cancel_checkout(tests.id('held'));
select is(tests.tries(), 'taken', 'what is not paid does not count');
select tests.a_paid_lesson('hour', now() + interval '3 days');
select is(tests.tries(), 'P0001 trial_used', 'what is booked does');
select tests.cancels('student@tests.example');
select is(tests.tries(), 'taken', 'not when it is cancelled in time');
select tests.a_paid_lesson('next', now() + interval '3 hours');
select tests.cancels('student@tests.example');
select is(tests.tries(), 'P0001 trial_used', 'but when it is cancelled too late');
update public.products set trial = false where sku = 'other';
select is(tests.tries(), 'taken', 'regular sessions are as many as one likes');

select * from finish();
rollback;
