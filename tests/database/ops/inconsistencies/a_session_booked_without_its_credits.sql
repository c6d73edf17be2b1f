begin;
select plan(3);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');
update public.products p set price_credits = 5 where p.sku = 'lesson';
insert into public.credit_ledger (user_id, credits, reason)
  values (tests.user_id('student@tests.example'), 12, 'granted');

select tests.books('student@tests.example', 'lesson', '3 days');
select is(tests.inconsistencies(), null, 'booked: nothing');
update public.tutoring_sessions s set price_credits = 6 where s.id = tests.id('session');
select matches(tests.inconsistencies(), 'session booked without its credits', 'it spent fewer');
select matches((select i.why from ops.inconsistencies i), 'It costs 6 credits, and the ledger has 5 spent on it.',
  'it says how many');

select * from finish();
rollback;
