begin;
select plan(2);

select throws_like('truncate public.error_reports', 'TRUNCATE of public.error_reports would remove rows%',
  'it would write no messages');
select is_empty(
  $$ select t.tgrelid::regclass from pg_catalog.pg_trigger t where t.tgfoid = 'outbox.capture_change()'::regprocedure
     and not exists (select 1 from pg_catalog.pg_trigger g where g.tgrelid = t.tgrelid
       and g.tgfoid = 'outbox.refuse_truncate()'::regprocedure) $$,
  'every table with the trigger refuses it'
);

select * from finish();
rollback;
