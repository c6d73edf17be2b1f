begin;
select plan(1);

select is(
  (select array_agg(format('%s.%s', t.schemaname, t.tablename) order by t.tablename) from pg_publication_tables t
   where t.pubname = 'supabase_realtime' and t.schemaname::text::regnamespace in (select tests.our_schemas())),
  '{public.orders,public.payments}', 'orders and payments, and nothing else of ours'
);

select * from finish();
rollback;
