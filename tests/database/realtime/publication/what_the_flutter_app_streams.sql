begin;
select plan(2);

select is(
  (select array_agg(format('%s.%s', t.schemaname, t.tablename) order by t.tablename) from pg_publication_tables t
   where t.pubname = 'supabase_realtime' and t.schemaname::text::regnamespace in (select tests.our_schemas())),
  array[
    'public.appointments', 'public.cohort_messages', 'public.conversation_messages', 'public.conversations',
    'public.credit_ledger', 'public.enrollments',
    'public.fulfillments', 'public.memberships',
    'public.notifications', 'public.orders', 'public.payments', 'public.session_recaps', 'public.student_questions',
    'public.support_tickets',
    'public.ticket_replies', 'public.tutoring_sessions'
  ],
  'the tables with rows of one account that change while the app shows them, and no others of ours'
);

select is(
  (select row(p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate)::text from pg_publication p
   where p.pubname = 'supabase_realtime'),
  '(t,t,f,f)', 'no deletions: row level security does not apply to them'
);

select * from finish();
rollback;
