/**
 * `npm run migration -- <name>`: writes what sql/ has and the migrations lack as a new migration, to be read before it is committed.
 * `npm run migration -- --squash`: replaces all migrations by one that is sql/ as it stands. Only while no database was deployed.
 */
import { readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { findDrift } from "./drift.ts";
import { MIGRATIONS, schemaScript } from "./schema.ts";

const squash = process.argv[2] === "--squash";
const name = squash ? "signalbox" : process.argv[2];
if (!name || !/^[a-z0-9_]+$/.test(name)) {
  console.error(
    "Usage: npm run migration -- <name>     (lower case, digits and _: what the migration does)\n" +
      "       npm run migration -- --squash   (one migration in place of all: only while no database was deployed)",
  );
  process.exit(1);
}

const before = (await readdir(MIGRATIONS)).filter((file) => file.endsWith(".sql")).sort();
const first = before.length === 0 || squash;
const now = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
// Migrations run in the order of their names: after the last one, whatever the clock of who wrote it.
const stamp = squash
  ? (before[0]?.slice(0, 14) ?? now)
  : [now, String(Number(before.at(-1)?.slice(0, 14) ?? 0) + 1)].sort().at(-1);
const file = path.join(MIGRATIONS, `${stamp}_${name}.sql`);

if (squash) for (const old of before) await rm(path.join(MIGRATIONS, old));
if (first) {
  await writeFile(file, await schemaScript());
} else {
  const { statements, rows } = await findDrift();
  if (!statements && rows.length === 0) {
    console.log("Nothing to do: the migrations make what sql/ says.");
    process.exit(0);
  }
  const todo = rows.map((row) => `-- To do by hand: ${row}`).join("\n");
  await writeFile(file, `${[statements, todo].filter(Boolean).join("\n\n")}\n`);
}
console.log(`Wrote ${path.relative(process.cwd(), file)}. Read it before you commit it.`);
