-- The schema tests, which holds what the tests share. scripts/test/pgtap.ts loads this folder before them and drops the
-- schema after. Names: a_… makes something, the_… reads it back; an object made under a name is found again by that
-- name. Facts and events are of a provider called "tests", so that they do not collide with rows that are in the tables
-- already.

create extension if not exists pgtap with schema extensions;

do $$
begin
  if obj_description(to_regnamespace('tests'), 'pg_namespace') is distinct from 'Helpers of Signalbox'' tests.'
    and to_regnamespace('tests') is not null then
    raise exception 'this database has a schema tests of somebody else''s'
      using hint = 'Run the tests on another database.';
  end if;
end
$$;
drop schema if exists tests cascade;
create schema tests;
comment on schema tests is 'Helpers of Signalbox'' tests.';
grant usage on schema tests to public; -- tests go on after `set role`

create function tests.remember(name text, id text) returns void
language sql as $$ select set_config('tests.' || name, id, true) $$;

create function tests.id(name text) returns uuid
language sql stable as $$ select current_setting('tests.' || name)::uuid $$;
comment on function tests.id(text) is 'The id of an object made under this name: a checkout or a courier.';

create function tests.moment(seconds integer default 0) returns text
language sql stable as $$ select ops.iso_utc(timestamptz '2026-01-01 00:00:00Z' + make_interval(secs => seconds)) $$;

create function tests.rows_read(variadic relations regclass[]) returns bigint
language sql as $$
  select sum(t.seq_tup_read + t.idx_tup_fetch)::bigint
  from pg_catalog.pg_stat_xact_user_tables t
  where t.relid = any (rows_read.relations)
$$;
comment on function tests.rows_read(regclass[]) is
  'How many rows of these tables this transaction has read: a time would depend on the machine.';
