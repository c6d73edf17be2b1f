/**
 * Schema `auth` as hosted has it before the first migration: it belongs to supabase_auth_admin. `postgres` may use and
 * change rows, and has triggers and foreign keys there, but makes, alters and drops nothing.
 */
import postgresClient from "postgres";
import type { DataApi } from "./data_api.ts";
import { DEVELOPMENT_KEYS } from "./keys.ts";
import type { Postgres } from "./postgres/postgres.ts";

/**
 * lite's own read one setting only; hosted's, and whoever sets claims as hosted does (Realtime, SQL tests), know two.
 */
const HOSTED_CLAIMS = ["sub:uid:uuid", "role:role:text", "email:email:text"]
  .map((each) => each.split(":"))
  .map(
    ([claim, name, type]) => `
      create or replace function auth.${name}() returns ${type} language sql stable as $$
        select coalesce(
          nullif(current_setting('request.jwt.claim.${claim}', true), ''),
          nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> '${claim}'
        )::${type}
      $$;`,
  )
  .join("");

/** lite makes its own schemas as whoever it connects as, here the superuser: each goes to hosted's owner. */
const OWNERS = `
  do $$
  declare
    object record;
  begin
    for object in
      select case c.relkind when 'S' then 'sequence' when 'v' then 'view' else 'table' end as kind,
        c.oid::regclass::text as name, n.nspname as schema
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('auth', 'supabase_migrations') and c.relkind in ('r', 'p', 'v', 'S')
        -- The sequence of a column goes with its table.
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i') and c.relkind = 'S')
      union all
      select 'function', p.oid::regprocedure::text, n.nspname
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'auth'
      union all
      select 'type', t.oid::regtype::text, n.nspname
      from pg_type t join pg_namespace n on n.oid = t.typnamespace
      where n.nspname in ('auth', 'supabase_migrations') and t.typtype in ('e', 'd')
      union all
      select 'schema', n.nspname, n.nspname from pg_namespace n where n.nspname in ('auth', 'supabase_migrations')
    loop
      execute format('alter %s %s owner to %I', object.kind, object.name,
        case object.schema when 'auth' then 'supabase_auth_admin' else 'postgres' end);
    end loop;
  end
  $$;
  revoke create on schema auth from postgres;
  grant usage on schema auth to anon, authenticated, service_role, postgres;
  grant all on all tables in schema auth to postgres;
  grant all on all sequences in schema auth to postgres;`;

/** Makes schema auth, or what it lacks, and lets the API's roles use it: policies call auth.uid(). */
export async function makeAuthSchema(server: Postgres, load: () => Promise<LoadedDataApi>): Promise<void> {
  const databaseUrl = server.url("supabase_admin");
  const { createDataApi } = await load();
  const dataApi = createDataApi({ databaseUrl, keys: DEVELOPMENT_KEYS, confirmsEmail: false, schemas: ["public"] });
  try {
    await dataApi.prepare();
  } finally {
    await dataApi.stop();
  }
  const sql = postgresClient(databaseUrl, { max: 1, onnotice() {} });
  try {
    await sql.unsafe(HOSTED_CLAIMS);
    await sql.unsafe(OWNERS);
  } finally {
    await sql.end();
  }
}

/** local/data_api.ts, which takes as long to load as Postgres to start. */
export interface LoadedDataApi {
  createDataApi: (options: {
    databaseUrl: string;
    keys: typeof DEVELOPMENT_KEYS;
    confirmsEmail: boolean;
    schemas: string[];
  }) => DataApi;
}
