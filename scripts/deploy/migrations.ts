/** The migrations that the project's database lacks, and applying them. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type postgres from "postgres";
import { dbPush } from "../../local/migrations.ts";
import { cliOutput } from "../cli_output.ts";
import { Failure } from "../command.ts";
import type { Target } from "./target.ts";

export interface MigrationState {
  /** File names, in the order in which they are applied. */
  pending: string[];
  /** Applied, but not here: the database is of a later commit, or of another project. */
  unknown: string[];
}

export async function readMigrations(sql: postgres.TransactionSql, project: string): Promise<MigrationState> {
  const folder = path.join(project, "supabase/migrations");
  const names = await readdir(folder).catch(() => [] as string[]);
  const files = new Map(
    names.flatMap((name) => {
      const version = /^(\d+)_.*\.sql$/.exec(name)?.[1];
      return version === undefined ? [] : [[version, name] as const];
    }),
  );
  const [history] = await sql<{ made: boolean }[]>`
    select to_regclass('supabase_migrations.schema_migrations') is not null as made`;
  const applied = history!.made
    ? await sql<{ version: string }[]>`select version from supabase_migrations.schema_migrations order by version`
    : [];
  const versions = new Set(applied.map(({ version }) => version));
  return {
    pending: [...files]
      .filter(([version]) => !versions.has(version))
      .map(([, name]) => name)
      .sort(),
    unknown: [...versions].filter((version) => !files.has(version)),
  };
}

/** Nothing was applied yet where the CLI says this: it may be asked again. */
const NOT_CONNECTED = /failed to connect|ECONNRESET|ECONNREFUSED|timeout expired/i;
/** Hosted bans an address after a few of these. */
const WRONG_PASSWORD = /password authentication failed|28P01/i;
const TRIES = 3;

/** `supabase db push`. */
export async function applyMigrations(target: Target, url: string): Promise<void> {
  for (let tried = 1; ; tried++) {
    const pushed = await dbPush(url, target.project, [], target.signal);
    if (pushed.code === 0) return;
    const output = pushed.stdout + pushed.stderr;
    const notConnected = NOT_CONNECTED.test(output);
    if (notConnected && !WRONG_PASSWORD.test(output) && tried < TRIES) {
      console.log("  The database could not be reached; once more.");
      await sleep(target.retryDelayMs * 4 ** tried, undefined, { signal: target.signal });
      continue;
    }
    throw new Failure(
      `A migration could not be applied (supabase db push):\n${cliOutput(pushed)}\n` +
        (notConnected
          ? "The database could not be reached. Run the command again: it goes on after the last file that was applied."
          : "The file that failed is not applied; the files before it are. Fix it, and run the command again."),
    );
  }
}
