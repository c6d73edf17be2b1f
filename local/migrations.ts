/** Applies supabase/migrations with the real Supabase CLI: `supabase db push`, here as in production. */
import { database, inCopyOf, type Ran, supabase } from "./supabase_cli.ts";

/** What the CLI reads of a project when it pushes. */
export const PARTS = ["supabase/config.toml", "supabase/migrations", "supabase/seed.sql"];

/** `supabase db push` of `project`/supabase, whatever comes of it. */
export function dbPush(databaseUrl: string, project: string, flags: string[], signal?: AbortSignal): Promise<Ran> {
  const { remote, env } = database(databaseUrl);
  return inCopyOf(project, PARTS, (cwd) => supabase(["db", "push", remote, "--yes", ...flags], { cwd, env, signal }));
}

/**
 * Applies what `project`/supabase has and the database has not: pending migrations, and a seed that changed.
 * @throws Error with the CLI's words when a migration fails; none of that migration's file is left applied.
 */
export async function pushMigrations(databaseUrl: string, project: string, signal?: AbortSignal): Promise<void> {
  const { code, stdout, stderr } = await dbPush(databaseUrl, project, ["--include-seed"], signal);
  if (code !== 0)
    throw new Error(`The migrations could not be applied (supabase db push):\n${`${stdout}${stderr}`.trim()}`);
}
