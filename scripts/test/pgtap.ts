/**
 * Runs the database tests: each file of tests/database in a transaction of its own, which it rolls back, on a
 * connection that has forgotten the file before.
 *
 *     const { failed } = await runPgtap([stack.dbUrl], await pgtapFiles(), console.log);
 *
 * Files are what pg_prove and `supabase test db` run too: `begin; select plan(n); … select * from finish(); rollback;`.
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import postgres from "postgres";
import { installPgtap } from "../../local/postgres/pgtap.ts";
import { ROOT } from "../schema/schema.ts";

const FOLDER = path.join(ROOT, "tests/database");
const HELPERS = path.join(FOLDER, "helpers");
/** In this order: a later one uses what an earlier one makes. */
const HELPER_FILES = [
  ...["schema", "people", "shop", "facts", "events", "outbox", "calendar", "chat", "attention", "assertions"],
];

export interface Tally {
  /** Assertions that held. */
  passed: number;
  /** Assertions that did not, files that broke off, and plans that were not kept. */
  failed: number;
}

interface Outcome extends Tally {
  /** What went wrong, as lines to print; empty when nothing did. */
  complaints: string[];
}

/** How a file's lines of TAP add up. */
function judge(lines: string[]): Outcome {
  const complaints: string[] = [];
  const tally = { passed: 0, failed: 0 };
  let planned: number | undefined;
  let complaining = false;
  for (const line of lines) {
    const plan = /^1\.\.(\d+)/.exec(line);
    const result = /^(not )?ok\b(.*)/.exec(line);
    if (plan) planned = Number(plan[1]);
    if (result) {
      complaining = result[1] !== undefined && !/# TODO/i.test(result[2]!);
      tally[complaining ? "failed" : "passed"]++;
    }
    // Diagnostics follow what they are about.
    if (complaining && (result || /^\s*#/.test(line))) complaints.push(line);
  }
  const ran = tally.passed + tally.failed;
  if (planned !== ran) {
    tally.failed++;
    complaints.push(planned === undefined ? "# It has no plan." : `# It planned ${planned} tests and ran ${ran}.`);
  }
  return { ...tally, complaints };
}

/** Where and why a file broke off. */
function explain(error: unknown, text: string): string[] {
  if (!(error instanceof postgres.PostgresError)) return [`# ${error}`];
  const line = error.position ? ` on line ${text.slice(0, Number(error.position)).split("\n").length}` : "";
  const more = [error.detail, error.hint, error.where].filter((part) => part !== undefined);
  return [`it broke off${line}: ${error.message} (${error.code})`, ...more]
    .flatMap((part) => part.split("\n"))
    .map((part) => `# ${part}`);
}

/** A connection on which files run one after the other. Each finds it as if it were new. */
class Session {
  readonly #databaseUrl: string;
  #sql: postgres.Sql | undefined;
  #warnings: string[] = [];

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl;
  }

  /** Runs a file in one go, as psql would, and gathers what its statements return. */
  async run(text: string): Promise<Outcome> {
    this.#sql ??= postgres(this.#databaseUrl, {
      max: 1,
      fetch_types: false,
      onnotice: ({ severity, message }) => severity === "WARNING" && this.#warnings.push(`# WARNING: ${message}`),
    });
    this.#warnings = [];
    try {
      const results = (await this.#sql.unsafe(text)) as unknown as postgres.Row[][];
      const values = results.flatMap((rows) => rows.flatMap((row) => Object.values(row)));
      const outcome = judge(values.flatMap((value) => (typeof value === "string" ? value.split("\n") : [])));
      return { ...outcome, complaints: outcome.failed > 0 ? [...outcome.complaints, ...this.#warnings] : [] };
    } catch (error) {
      return { passed: 0, failed: 1, complaints: [...explain(error, text), ...this.#warnings] };
    } finally {
      await this.#forget();
    }
  }

  /** Whatever a file has left open, set or prepared. A connection that does not obey is given up. */
  async #forget(): Promise<void> {
    try {
      await this.#sql!.unsafe("rollback");
      await this.#sql!.unsafe("discard all");
    } catch {
      await this.end();
    }
  }

  async end(): Promise<void> {
    await this.#sql?.end({ timeout: 1 });
    this.#sql = undefined;
  }
}

/** pgTAP, from the extension where the server has it, else from npm; and tests/database/helpers/. */
async function prepare(databaseUrl: string): Promise<() => Promise<void>> {
  const sql = postgres(databaseUrl, { max: 1, onnotice() {} });
  try {
    for (const name of HELPER_FILES) await sql.unsafe(await readFile(path.join(HELPERS, `${name}.sql`), "utf8"));
  } finally {
    await sql.end();
  }
  await installPgtap(databaseUrl);
  return async () => {
    const sql = postgres(databaseUrl, { max: 1, onnotice() {} });
    await sql`drop schema if exists tests cascade`.finally(() => sql.end());
  };
}

/** All files of tests/database but the helpers. */
export async function pgtapFiles(): Promise<string[]> {
  const names = await readdir(FOLDER, { recursive: true });
  return names
    .map((name) => path.join(FOLDER, name))
    .filter((file) => file.endsWith(".sql") && !file.startsWith(HELPERS + path.sep))
    .sort();
}

/**
 * Runs `files`, prints a line for each, and below it what failed. Leaves no row and none of its helpers behind.
 * @param databaseUrls The owner's (role postgres). Files run at once, one on each: two on the same server would see
 * each other in what is counted by transactions and locks.
 */
export async function runPgtap(
  databaseUrls: string[],
  files: string[],
  print: (text: string) => void,
  signal?: AbortSignal,
): Promise<Tally> {
  const total: Tally = { passed: 0, failed: 0 };
  const waiting = files.map((file) => path.resolve(file)).sort();

  async function work(databaseUrl: string): Promise<void> {
    const clean = await prepare(databaseUrl);
    const session = new Session(databaseUrl);
    try {
      for (let file = waiting.shift(); file !== undefined && !signal?.aborted; file = waiting.shift()) {
        const { passed, failed, complaints } = await session.run(await readFile(file, "utf8"));
        total.passed += passed;
        total.failed += failed;
        const line = `${failed === 0 ? "ok    " : "FAILED"} ${path.relative(FOLDER, file)} (${passed + failed})`;
        print([line, ...complaints.map((complaint) => `       ${complaint}`), ""].join("\n"));
      }
    } finally {
      await session.end();
      await clean();
    }
  }

  await Promise.all(databaseUrls.map(work));
  return total;
}
