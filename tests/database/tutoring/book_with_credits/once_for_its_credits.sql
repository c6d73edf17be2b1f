begin;
select plan(12);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');
update public.products p set price_credits = 5 where p.sku = 'lesson';
insert into public.credit_ledger (user_id, credits, reason)
  values (tests.user_id('student@tests.example'), 12, 'granted');

select is(tests.books('student@tests.example', 'lesson', '3 days'), 'Lesson for 5, 7 left', 'it is booked');
select results_eq($$ select s.student_email, s.tutor_email, s.tutor_user_id, s.starts_at, s.ends_at, s.status::text
    from public.tutoring_sessions s $$,
  $$ values ('student@tests.example', 'tutor@tests.example', tests.user_id('tutor@tests.example'),
    now() + interval '3 days', now() + interval '3 days 1 hour', 'scheduled') $$, 'as the product says');
select is(tests.books('student@tests.example', 'lesson', '3 days'), 'Lesson for 5, 7 left', 'again: the same');
select is((select count(*)::integer from public.tutoring_sessions), 1, 'and no second one');
select is(tests.books('student@tests.example', 'lesson', '4 days'), 'PT409 key_reused', 'the key is of another time');
select is(tests.books('student@tests.example', 'lesson', '3 days', 'k2'), 'P0001 sold_out', 'its time is taken');
select is(community.balance(tests.user_id('student@tests.example')), 7::bigint, 'what was refused costs nothing');
select is(tests.books('student@tests.example', 'lesson', '4 days', 'k2'), 'Lesson for 5, 2 left', 'another one');
select is(tests.books('student@tests.example', 'lesson', '5 days', 'k3'), 'P0001 not_enough_credits',
  'two are too few');
select is((select count(*)::integer from public.tutoring_sessions), 2, 'and nothing is booked');
select throws_ok($$ select tests.a_booking('cart', 'lesson', '4 days') $$, 'P0001', null,
  'a checkout cannot buy the time either');
select is(tests.inconsistencies(), null, 'the audit finds nothing');

select * from finish();
rollback;
