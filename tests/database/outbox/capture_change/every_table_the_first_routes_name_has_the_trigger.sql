begin;
select plan(2);

select is_empty(
  $$ select distinct r.table_name from outbox.routes r
     where r.table_name is not null and not exists (
       select 1 from pg_trigger t where t.tgrelid = to_regclass(r.table_name)
       and t.tgfoid = 'outbox.capture_change'::regproc
     ) $$,
  'a route of a table without it would never match'
);
select is_empty(
  $$ select r.table_name, r.when_column from outbox.routes r
     where r.when_column is not null and not exists (
       select 1 from pg_attribute a where a.attrelid = to_regclass(r.table_name) and a.attname = r.when_column
       and not a.attisdropped
     ) $$,
  'nor would one of a column that does not exist'
);

select * from finish();
rollback;
