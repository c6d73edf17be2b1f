begin;
select plan(17);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');
update public.tutors set name = 'Tom', cancel_hours = 24, reschedule_hours = 12, max_reschedules = 1
  where email = 'tutor@tests.example';

create function tests.terms(who text) returns text
language plpgsql as $$
declare
  v record;
  v_starts timestamptz := (tests.the_session('session')).starts_at;
begin
  perform tests.authenticate_as(who);
  select t.* into v from public.session_terms(tests.id('session')) t;
  perform tests.as_owner();
  return format('%s with %s: move %s until %s before, %s left; cancel %s: %s until %s before', v.changes_as,
    v.tutor_name, coalesce(v.move_refused, 'yes'), v_starts - v.move_until, v.moves_left,
    coalesce(v.cancel_refused, 'yes'), concat_ws(' ', v.refund, v.refund_minor, v.refund_currency, v.refund_credits),
    coalesce((v_starts - v.refunded_until)::text, 'never'));
end
$$;

select tests.a_paid_lesson('hour', now() + interval '3 days');
select is(tests.terms('student@tests.example'), 'student with Tom: move yes until 12:00:00 before, 1 left; cancel yes: '
  'requested 1000 EUR until 1 day before', 'three days before');
select is(tests.terms('tutor@tests.example'), 'tutor with Tom: move yes until 00:00:00 before, 1 left; cancel yes: '
  'requested 1000 EUR until 00:00:00 before', 'the tutor may until it begins');
select is(tests.terms('admin@tests.example'), 'admin with Tom: move yes until  before,  left; cancel yes: '
  'requested 1000 EUR until 00:00:00 before', 'an admin at any time');
select tests.moves('student@tests.example', now() + interval '4 days');
select matches(tests.terms('student@tests.example'), 'move moved_too_often .* 0 left; cancel yes: requested 1000 EUR',
  'moved once, by a tutor who allows one');
select is(tests.cancels('student@tests.example'), 'student requested 1000', 'cancelling does what it said');
select matches(tests.terms('student@tests.example'), 'move session_over .*; cancel session_over: none',
  'a cancelled one is over');

select tests.a_paid_lesson('late', now() + interval '11 hours');
select is(tests.terms('student@tests.example'), 'student with Tom: move too_late until 12:00:00 before, 1 left; '
  'cancel yes: none until 1 day before', 'eleven hours before: it is told until when it was');
select is(tests.cancels('student@tests.example'), 'student none', 'and cancelling does that');

update public.tutors set reschedule_hours = 1 where email = 'tutor@tests.example';
select tests.a_paid_lesson('evaded', now() + interval '11 hours');
select tests.moves('student@tests.example', now() + interval '9 days');
select matches(tests.terms('student@tests.example'), 'cancel yes: none until never before', 'moved late: never');
select tests.moves('tutor@tests.example', now() + interval '8 days');
select matches(tests.terms('student@tests.example'), 'cancel yes: requested 1000 EUR until 00:00:00 before',
  'moved by the tutor after that: whenever it is cancelled');

select tests.a_paid_lesson('mobile', now() + interval '5 days', provider => 'fapshi');
select matches(tests.terms('student@tests.example'), 'cancel yes: by_hand 1000 EUR', 'where a person pays it back');

update public.products p set price_credits = 5 where p.sku = 'lesson';
insert into public.credit_ledger (user_id, credits, reason)
  values (tests.user_id('student@tests.example'), 5, 'granted');
select tests.books('student@tests.example', 'lesson', '6 days');
select matches(tests.terms('student@tests.example'), 'cancel yes: credits 5 until', 'of credits, so many');

select tests.remember('session', gen_random_uuid()::text);
insert into public.tutoring_sessions (id, title, starts_at, ends_at, tutor_email, student_email, student_user_id)
  values (tests.id('session'), 'By calendar', now() + interval '2 days',
    now() + interval '49 hours', 'guest.tutor@tests.example', 'student@tests.example',
    tests.user_id('student@tests.example'));
select is(tests.terms('student@tests.example'), 'student with : move yes until 1 day before, 2 left; cancel yes: '
  'none until 1 day before', 'one that a calendar made: the usual rules');
select matches(tests.cancels('student@tests.example'), 'student none', 'which hold when it is cancelled');
select results_eq(
  $$ select t.cancel_hours, t.reschedule_hours, t.max_reschedules from public.tutors t
    where t.email = 'guest.tutor@tests.example' $$, $$ values (24, 24, 2) $$, 'they are those of a new tutor');

select is(tests.by('other@tests.example', format('select * from public.session_terms(%L)', tests.id('session'))),
  'PT404', 'nobody is told of another''s');
select is(tests.by('guest', format('select * from public.session_terms(%L)', tests.id('session'))), '42501',
  'nor is a guest');

select * from finish();
rollback;
