/**
 * Runs the database tests: each file of tests/database in a connection and a transaction of its own, which it rolls back.
 *
 *     const { failed } = await runPgtap(stack.dbUrl);
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
const HELPER_FILES = ["schema", "people", "shop", "facts", "events", "outbox", "assertions"];

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

interface Connection {
  sql: postgres.Sql;
  warnings: string[];
}

/** A connection that is under way already: the next one is made while a file runs. */
function connect(databaseUrl: string): Connection {
  const warnings: string[] = [];
  const sql = postgres(databaseUrl, {
    max: 1,
    fetch_types: false,
    onnotice: ({ severity, message }) => severity === "WARNING" && warnings.push(`# WARNING: ${message}`),
  });
  sql`select 1`.catch(() => {}); // what is wrong with it, the file will say
  return { sql, warnings };
}

/** Runs a file in one go, as psql would, and gathers what its statements return. */
async function run({ sql, warnings }: Connection, text: string): Promise<Outcome> {
  try {
    const results = (await sql.unsafe(text)) as unknown as postgres.Row[][];
    const values = results.flatMap((rows) => rows.flatMap((row) => Object.values(row)));
    const outcome = judge(values.flatMap((value) => (typeof value === "string" ? value.split("\n") : [])));
    return { ...outcome, complaints: outcome.failed > 0 ? [...outcome.complaints, ...warnings] : [] };
  } catch (error) {
    return { passed: 0, failed: 1, complaints: [...explain(error, text), ...warnings] };
  } finally {
    await sql.end();
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

/**
 * Runs `files` (all of tests/database when left out), prints a line for each, and below it what failed.
 * `databaseUrl` is the owner's (role postgres). Leaves no row and none of its helpers behind.
 */
export async function runPgtap(databaseUrl: string, files?: string[]): Promise<Tally> {
  const all = (await readdir(FOLDER, { recursive: true })).map((name) => path.join(FOLDER, name));
  const chosen = (files ?? all)
    .map((file) => path.resolve(file))
    .filter((file) => file.endsWith(".sql") && !file.startsWith(HELPERS + path.sep));
  const clean = await prepare(databaseUrl);
  const total: Tally = { passed: 0, failed: 0 };
  let next = connect(databaseUrl);
  try {
    for (const file of chosen.sort()) {
      const connection = next;
      next = connect(databaseUrl);
      const outcome = await run(connection, await readFile(file, "utf8"));
      total.passed += outcome.passed;
      total.failed += outcome.failed;
      console.log(
        `${outcome.failed === 0 ? "ok    " : "FAILED"} ${path.relative(FOLDER, file)} (${outcome.passed + outcome.failed})`,
      );
      for (const line of outcome.complaints) console.log(`       ${line}`);
    }
  } finally {
    await next.sql.end();
    await clean();
  }
  return total;
}
