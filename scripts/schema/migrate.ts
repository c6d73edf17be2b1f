/**
 * `npm run migrate`: `supabase db push` of supabase/migrations to any database, after it has listed what is pending.
 */
import { dbPush } from "../../local/migrations.ts";
import type { Ran } from "../../local/supabase_cli.ts";
import { cliOutput } from "../cli_output.ts";
import { Failure, main, type RunOptions, runCommand, UsageError } from "../command.ts";
import { ROOT } from "./schema.ts";

const HELP = `
Lists the migrations that a database lacks, and applies them (supabase db push).

SUPABASE_DB_URL=URL npm run migrate [-- --dry-run]

  --db-url URL  the database, instead of SUPABASE_DB_URL; npm prints its command line, password included
  --dry-run     lists what is pending, and applies nothing`;

const EXPECTED =
  "expected postgresql://user:password@host:port/database, as the dashboard shows it under Connect > Session pooler. " +
  "Write special characters of the password as %40 (@), %2F (/), %23 (#), %3F (?), %3A (:), %25 (%).";

/**
 * The database's address, from --db-url or SUPABASE_DB_URL.
 * @throws UsageError when it is no such address. The message does not repeat it: it holds a password.
 */
export function databaseUrl(given: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const url = given ?? (env.SUPABASE_DB_URL || undefined);
  if (url === undefined) return undefined;
  try {
    const { protocol, hostname, password } = new URL(url);
    decodeURIComponent(password);
    if (/^postgres(ql)?:$/.test(protocol) && hostname !== "") return url;
  } catch {
    // Reported below.
  }
  throw new UsageError(`${given === undefined ? "SUPABASE_DB_URL" : "--db-url"}: ${EXPECTED}`);
}

/** What the CLI failed to do, its own output, and what to do next. */
function failure(what: string, ran: Ran, next: string): Failure {
  const unreachable = /failed to connect/.test(ran.stderr);
  const advice = unreachable
    ? "Check the address: user, password, host, port. " +
      "Without IPv6, only the pooler's address works (dashboard > Connect > Session pooler)."
    : next;
  return new Failure(`${what}:\n${cliOutput(ran)}\n${advice}`);
}

export interface MigrateOptions extends RunOptions {
  /** The folder with supabase/. Default: this project. */
  project?: string;
}

/** Lists what is pending and, unless it is a dry run, applies it. */
export async function applyPending(
  url: string,
  { project = ROOT, dryRun = false, signal }: MigrateOptions & { dryRun?: boolean },
): Promise<void> {
  const asked = await dbPush(url, project, ["--dry-run"], signal);
  if (asked.code !== 0) {
    throw failure(
      "The CLI could not tell what is pending (supabase db push --dry-run)",
      asked,
      "Nothing was changed. Fix what it says, and run this again.",
    );
  }
  const pending = [...asked.stderr.matchAll(/^ *• (\S+\.sql)$/gm)].map(([, name]) => name);
  if (asked.stdout.includes("up to date")) {
    console.log("  Nothing is pending: the database has all migrations.");
    return;
  }
  console.log(["  Pending:", ...pending].join("\n    "));
  if (dryRun) {
    console.log("  Nothing was applied (--dry-run).");
    return;
  }
  const pushed = await dbPush(url, project, [], signal);
  if (pushed.code !== 0) {
    throw failure(
      "A migration could not be applied (supabase db push)",
      pushed,
      "The file that failed is not applied; the files before it are. Fix it, and run this again.",
    );
  }
  console.log("  Applied.");
}

/** Runs the command; resolves to its exit code. */
export function migrate(args: string[], options: MigrateOptions = {}): Promise<number> {
  const flags = { "db-url": { type: "string" }, "dry-run": { type: "boolean" } } as const;
  return runCommand({ help: HELP, options: flags }, args, options.signal, async ({ values }) => {
    const url = databaseUrl(values["db-url"], options.env ?? process.env);
    if (url === undefined) throw new UsageError("Which database? Set SUPABASE_DB_URL, or give --db-url.");
    console.log(`Migrations to ${new URL(url).host}`);
    await applyPending(url, { ...options, dryRun: values["dry-run"] });
  });
}

await main(import.meta.url, migrate);
