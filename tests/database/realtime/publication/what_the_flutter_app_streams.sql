begin;
select plan(1);

select is(
  (select array_agg(format('%s.%s', t.schemaname, t.tablename) order by t.tablename) from pg_publication_tables t
   where t.pubname = 'supabase_realtime' and t.schemaname::text::regnamespace in (select tests.our_schemas())),
  '{public.credit_ledger,public.memberships,public.notifications,public.orders,public.payments,public.session_recaps,public.tutoring_sessions}',
  'what is somebody''s own and changes while he looks, and nothing else of ours'
);

select * from finish();
rollback;
