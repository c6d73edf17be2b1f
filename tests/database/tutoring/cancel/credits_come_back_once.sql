begin;
select plan(13);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');
update public.products p set price_credits = 5 where p.sku = 'lesson';
insert into public.credit_ledger (user_id, credits, reason)
  values (tests.user_id('student@tests.example'), 12, 'granted');

select tests.books('student@tests.example', 'lesson', '3 days');
select is(tests.cancels('student@tests.example'), 'student credits 5', 'in time: they come back');
select is(community.balance(tests.user_id('student@tests.example')), 12::bigint, 'all of them');
select is(tests.cancels('student@tests.example'), 'student credits 5', 'again: the same answer');
select is(community.balance(tests.user_id('student@tests.example')), 12::bigint, 'and nothing more');
update public.tutoring_sessions s set status = 'scheduled' where s.id = tests.id('session');
select is(tests.cancels('tutor@tests.example'), 'tutor none', 'scheduled and cancelled again: they are back already');
select is(community.balance(tests.user_id('student@tests.example')), 12::bigint, 'once in all');
select is(tests.books('student@tests.example', 'lesson', '3 days', 'k2'), 'Lesson for 5, 7 left',
  'the time is free again');
update public.tutors t set cancel_hours = 2000 where true;
select is(tests.cancels('student@tests.example'), 'student none', 'too late: they are spent');
select is(tests.books('student@tests.example', 'lesson', '4 days', 'k3'), 'Lesson for 5, 2 left', 'a third');
select is(tests.cancels('tutor@tests.example', 'I am ill.'), 'tutor credits 5', 'by the tutor: always');
select is((select m.payload::jsonb -> 'data' ->> 'refund_credits' from outbox.messages m
  where m.type = 'tutoring_session.cancelled' order by m.id desc limit 1), '5', 'make.com is told');
select is((select l.note from public.credit_ledger l where l.credits > 0 and l.note is not null order by l.id desc
  limit 1), 'Cancelled: tutoring_session/' || tests.id('session'), 'the ledger says for what');
select is(tests.inconsistencies(), null, 'and the audit finds nothing');

select * from finish();
rollback;
