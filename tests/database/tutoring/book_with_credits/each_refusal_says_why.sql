begin;
select plan(13);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');
update public.products p set price_credits = 5 where p.sku = 'lesson';
insert into public.credit_ledger (user_id, credits, reason)
  values (tests.user_id('student@tests.example'), 12, 'granted');
select tests.a_lesson('money', 'other_tutor@tests.example');
select tests.create_user('unconfirmed@tests.example', confirmed => false);

select is(tests.books('student@tests.example', 'money', '3 days'), 'P0001 not_for_credits', 'sold for money alone');
select is(tests.books('student@tests.example', 'none', '3 days'), 'PT404 unknown_item', 'not on sale');
select is(tests.books('student@tests.example', 'lesson', null), '22023 starts_at_missing', 'without a time');
select is(tests.books('student@tests.example', 'lesson', '3 days', ''), '22023 key_missing', 'without a key');
select is(tests.books('student@tests.example', 'lesson', '-1 hour'), 'P0001 not_bookable', 'in the past');
select is(tests.books('student@tests.example', 'lesson', '10 minutes'), 'P0001 not_bookable', 'too soon');
select is(tests.books('student@tests.example', 'lesson', '400 days'), 'P0001 not_bookable', 'too far ahead');
select is(tests.books('unconfirmed@tests.example', 'lesson', '3 days'), 'P0001 email_not_confirmed', 'no address');
select is(tests.books('other@tests.example', 'lesson', '3 days'), 'P0001 not_enough_credits', 'no credits');
select is(tests.by('guest', $$ select public.book_session('lesson', now() + interval '3 days', 'k') $$), '42501',
  'nor may a guest');
select is(tests.by('other@tests.example', format($$ select public.book_session('lesson', now() + interval '3 days', 'k',
  %L) $$, tests.user_id('student@tests.example'))), '42501', 'nor with the credits of another');
select is(tests.by('service_role', format($$ select public.book_session('lesson', now() + interval '3 days', 'k',
  %L) $$, tests.user_id('student@tests.example'))), '1', 'the service key may, for an account');
select throws_ok($$ update public.products p set stock = 1 where p.sku = 'lesson' $$, '23514', null,
  'what is counted is not sold for credits');

select * from finish();
rollback;
