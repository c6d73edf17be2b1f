begin;
select plan(9);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');

select tests.a_paid_lesson('hour', now() + interval '24 hours 1 minute');
select is(tests.cancels('student@tests.example', 'I am ill.'), 'student requested 1000', 'a day before');
select is((tests.the_session('session')).status, 'cancelled', 'it is cancelled');
select results_eq($$ select q.amount_minor, q.currency, q.requested_by, q.reason from public.refund_requests q $$,
  $$ values (1000::bigint, 'EUR', 'tutoring', 'Session cancelled by its student.') $$, 'the provider is asked once');
select is(tests.cancels('student@tests.example'), 'student requested 1000', 'again: the same answer');
select is((select count(*)::integer from public.refund_requests), 1, 'and no second refund');
select results_eq(
  $$ select c.changed_as::text, c.changed_by, c.reason, c.late, c.number from public.tutoring_session_changes c $$,
  $$ values ('student', tests.user_id('student@tests.example'), 'I am ill.', false, 1) $$, 'who, when and why is kept');
select is((select string_agg(distinct n.kind, ' ') || ' ' || count(*) from public.notifications n
  where n.tutoring_session_id = tests.id('session')), 'session_cancelled 2', 'both are notified');
select lives_ok($$ select tests.a_booking('next', 'lesson', interval '24 hours 1 minute') $$, 'the time is free again');
select is(tests.inconsistencies(), null, 'and the audit finds nothing');

select * from finish();
rollback;
