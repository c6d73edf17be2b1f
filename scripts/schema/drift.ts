/** Whether the migrations make what sql/ says: the difference between two databases, one made from each. */
import postgres from "postgres";
import { startStack } from "../../local/stack.ts";
import { supabase } from "../../local/supabase_cli.ts";
import { startSchemaStack } from "./schema_stack.ts";

/** Rows that the schema itself inserts, as comparable lines. */
const ROWS = `
  select 'destination ' || (to_jsonb(d) - '{tokens,tokens_at,created_at}'::text[])::text as line
    from outbox.destinations d
  union all
  select 'route ' || (to_jsonb(r) - 'id')::text from outbox.routes r
  union all
  select 'kept ' || r.what || ' ' || coalesce(r.keep::text, 'for good') from ops.retention r
  union all
  select 'provider ' || (to_jsonb(p) - '{reconciled_until,created_at}'::text[])::text from inbox.providers p
  union all
  select 'job ' || jobname || ' | ' || schedule || ' | ' || command from cron.job
  union all
  select 'secret ' || name from vault.secrets
  union all
  select 'published ' || schemaname || '.' || tablename from pg_publication_tables where pubname = 'supabase_realtime'
  order by 1`;

async function rows(url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1 });
  try {
    return (await sql.unsafe(ROWS)).map(({ line }) => line as string);
  } finally {
    await sql.end();
  }
}

export interface Drift {
  /** The SQL that turns the database of the migrations into that of sql/; empty when they are the same. */
  statements: string;
  /** Rows that only one of the two has. */
  rows: string[];
}

/** For a person; undefined when the two are the same. */
export function describeDrift({ statements, rows }: Drift): string | undefined {
  if (!statements && rows.length === 0) return undefined;
  const advice = "The migrations do not make what sql/ says. npm run migration -- <name> writes the difference:";
  return [advice, statements, ...rows].filter(Boolean).join("\n");
}

export async function findDrift(): Promise<Drift> {
  const started = await Promise.allSettled([
    startStack({ prepared: true, fsync: false, background: { cron: false, pgNet: false } }),
    startSchemaStack(),
  ]);
  try {
    const [migrated, written] = started.map((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value.dbUrl;
    }) as [string, string];
    const diff = await supabase(["db", "diff", `--from=${migrated}`, `--to=${written}`]);
    if (diff.code !== 0) throw new Error(`supabase db diff failed:\n${diff.stdout}${diff.stderr}`);
    const statements = diff.stdout
      .split("\n")
      .filter((line) => !/^\s*(Target:|Connected without TLS|No schema changes)/.test(line))
      .join("\n")
      .trim();
    const [before, after] = await Promise.all([rows(migrated), rows(written)]);
    return {
      statements,
      rows: [
        ...after.filter((line) => !before.includes(line)).map((line) => `only in sql/: ${line}`),
        ...before.filter((line) => !after.includes(line)).map((line) => `only in supabase/migrations: ${line}`),
      ],
    };
  } finally {
    await Promise.all(started.map((result) => (result.status === "fulfilled" ? result.value.stop() : undefined)));
  }
}
