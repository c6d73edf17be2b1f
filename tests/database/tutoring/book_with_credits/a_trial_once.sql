begin;
select plan(6);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');
update public.products p set price_credits = 5 where p.sku = 'lesson';
insert into public.credit_ledger (user_id, credits, reason)
  values (tests.user_id('student@tests.example'), 12, 'granted');
update public.products p set trial = true where p.sku = 'lesson';
select is(tests.books('student@tests.example', 'lesson', '3 days'), 'Lesson for 5, 7 left', 'the first');
select is(tests.books('student@tests.example', 'lesson', '4 days', 'k2'), 'P0001 trial_used', 'no second for credits');
select throws_ok($$ select tests.a_booking('cart', 'lesson', '4 days', 'student@tests.example') $$, 'P0001', null,
  'nor for money');
select is(tests.cancels('student@tests.example'), 'student credits 5', 'cancelled in time');
select is(tests.books('student@tests.example', 'lesson', '4 days', 'k2'), 'Lesson for 5, 7 left',
  'it may be booked again');
update public.tutors t set cancel_hours = 2000 where true;
select tests.cancels('student@tests.example');
select is(tests.books('student@tests.example', 'lesson', '5 days', 'k3'), 'P0001 trial_used', 'cancelled late: not');

select * from finish();
rollback;
