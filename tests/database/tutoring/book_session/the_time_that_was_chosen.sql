begin;
select plan(6);

select tests.create_user('tutor@tests.example');
select tests.a_lesson('lesson', minutes => 45);
select tests.a_booking('cart', 'lesson', interval '1 day', 'student@tests.example');
select is((tests.the_booking('cart')).id, null, 'not before it is paid');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select is((tests.the_booking('cart')).starts_at, date_trunc('milliseconds', now() + interval '1 day'),
  'it begins at the chosen time');
select is((tests.the_booking('cart')).ends_at - (tests.the_booking('cart')).starts_at, interval '45 minutes',
  'and lasts as long as the product says');
select is((tests.the_booking('cart')).tutor_user_id, tests.user_id('tutor@tests.example'), 'with the tutor');
select is((tests.the_booking('cart')).student_email, 'student@tests.example', 'for the buyer');
select is((select count(*)::integer from public.tutoring_sessions s where s.student_email = 'student@tests.example'), 1,
  'once, however many events are about the payment');

select * from finish();
rollback;
