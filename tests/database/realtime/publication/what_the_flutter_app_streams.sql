begin;
select plan(1);

select results_eq(
  $$ select (t.schemaname || '.' || t.tablename) collate "C" from pg_publication_tables t where t.pubname = 'supabase_realtime' and t.schemaname in ('public', 'inbox', 'outbox', 'ops', 'commerce', 'community') order by 1 $$,
  $$ values ('public.orders'), ('public.payments') $$, 'orders and payments, and nothing else'
);

select * from finish();
rollback;
