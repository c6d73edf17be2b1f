/** `npm run migration`: the difference between sql/ and supabase/migrations, as a new migration. */
import { readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Failure, main, type RunOptions, runCommand, UsageError } from "../command.ts";
import { describeDrift, findDrift } from "./drift.ts";
import { releases } from "./released.ts";
import { MIGRATIONS, schemaScript } from "./schema.ts";

const HELP = `
Writes what sql/ has and supabase/migrations lacks as a new migration, to be read before it is committed.

npm run migration -- <name>     a new migration; <name> says what it does, in lower case letters, digits and _
npm run migration -- --check    only says whether they differ (exit code 1), and how
npm run migration -- --squash   replaces all migrations by one that is sql/ as it stands, until the first
                                release (a tag v1.2.3) has them`;

/**
 * Whoever reads or writes a table queues behind a statement that waits to change it. The CLI sets no limit that holds:
 * without one it waits for hosted's two minutes, and every webhook with it.
 */
const LOCK_TIMEOUT = "set local lock_timeout = '3s';";

/** Runs the command; resolves to its exit code. */
function migration(args: string[], { signal }: RunOptions = {}): Promise<number> {
  const options = { check: { type: "boolean" }, squash: { type: "boolean" } } as const;
  return runCommand({ help: HELP, options, allowPositionals: true }, args, signal, async ({ values, positionals }) => {
    if ([values.check, values.squash, ...positionals].filter(Boolean).length !== 1)
      throw new UsageError("One of: a name, --check, --squash.");
    if (values.check) return check();
    if (values.squash) return squash();
    const name = positionals[0]!;
    if (!/^[a-z0-9_]+$/.test(name))
      throw new UsageError(`"${name}": expected lower case letters, digits and _, such as add_invoice_number.`);
    await write(name);
  });
}

async function check(): Promise<void> {
  const drift = describeDrift(await findDrift());
  if (drift) throw new Failure(drift);
  console.log("The migrations make what sql/ says.");
}

async function squash(): Promise<void> {
  const [release] = await releases();
  if (release !== undefined) {
    throw new Failure(
      `${release} has migrations that databases have applied, and never apply again. Nothing was changed. Write what ` +
        "is new as a migration of its own: npm run migration -- <name>",
    );
  }
  const before = await migrations();
  const name = `${before[0]?.slice(0, 14) ?? timestamp()}_signalbox.sql`;
  const script = await schemaScript();
  for (const file of before) await rm(path.join(MIGRATIONS, file));
  await save(name, script);
}

async function write(name: string): Promise<void> {
  const before = await migrations();
  if (before.length === 0) return save(`${timestamp()}_${name}.sql`, await schemaScript());
  const { statements, rows } = await findDrift();
  if (!statements && rows.length === 0) {
    console.log("Nothing to do: the migrations make what sql/ says.");
    return;
  }
  // Migrations run in the order of their names: a new one goes after the last, whatever this machine's clock says.
  const stamp = [timestamp(), String(Number(before.at(-1)!.slice(0, 14)) + 1)].sort().at(-1);
  const byHand = rows.map((row) => `-- To do by hand: ${row}`).join("\n");
  await save(`${stamp}_${name}.sql`, `${[LOCK_TIMEOUT, statements, byHand].filter(Boolean).join("\n\n")}\n`);
}

async function migrations(): Promise<string[]> {
  return (await readdir(MIGRATIONS)).filter((file) => file.endsWith(".sql")).sort();
}

/** As the Supabase CLI names migrations: YYYYMMDDHHMMSS, UTC. */
function timestamp(): string {
  return new Date().toISOString().replace(/\D/g, "").slice(0, 14);
}

async function save(name: string, script: string): Promise<void> {
  const file = path.join(MIGRATIONS, name);
  await writeFile(file, script);
  console.log(`Wrote ${path.relative(process.cwd(), file)}. Read it before you commit it.`);
}

await main(import.meta.url, migration);
