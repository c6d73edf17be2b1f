-- What a hosted project's roles, schemas and extensions look like before its first migration.
-- Run by supabase_admin, the superuser. `postgres` owns the database and is not one.

create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator login noinherit password 'postgres';
create role postgres login createrole createdb bypassrls replication password 'postgres';
create role supabase_realtime_admin nologin noinherit;
create role supabase_auth_admin nologin noinherit;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to postgres with admin option;

-- Of all others, the server's: two minutes (postgres.ts).
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role postgres set search_path = "$user", public, extensions;

alter database postgres owner to postgres;
alter schema public owner to postgres;
-- As on hosted since 2026: what a migration makes in public is reachable only by explicit grants.
revoke all on schema public from public;
grant usage on schema public to postgres, anon, authenticated, service_role;
grant create on schema public to postgres;

create schema extensions authorization postgres;
grant usage on schema extensions to public;
create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;
create extension pg_stat_statements with schema extensions;
create extension pg_trgm with schema extensions;

-- lite fills it (local/auth_schema.ts); postgres owns nothing of it.
create schema auth authorization supabase_auth_admin;
grant usage on schema auth to anon, authenticated, service_role;
