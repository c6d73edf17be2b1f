-- Entries for the extensions that the files before this one stand in for, so that a migration's
-- `create extension if not exists pg_net` gives a notice, as on a hosted project where it is there already.
-- pgTAP's functions come later, and only in tests: local/postgres/pgtap.ts.

set allow_system_table_mods = on;

insert into pg_catalog.pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
select
  pg_catalog.pg_nextoid('pg_catalog.pg_extension', 'oid', 'pg_catalog.pg_extension_oid_index'),
  name,
  'supabase_admin'::regrole,
  schema::regnamespace,
  false,
  version
from (values
  ('pg_net', 'extensions', '0.20.4'),
  ('pg_cron', 'pg_catalog', '1.6.4'),
  ('supabase_vault', 'vault', '0.3.1'),
  ('pgtap', 'extensions', '1.3.5')
) as stand_in (name, schema, version);

reset allow_system_table_mods;
