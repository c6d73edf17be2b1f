/**
 * `npm run migration -- <name>`: writes what sql/ has and the migrations have not as a new migration, to be read before it is committed.
 */
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { findDrift } from "./drift.ts";
import { MIGRATIONS, schemaScript } from "./schema.ts";

const name = process.argv[2];
if (!name || !/^[a-z0-9_]+$/.test(name)) {
  console.error("Usage: npm run migration -- <name>   (lower case, digits and _: what the migration does)");
  process.exit(1);
}

const before = (await readdir(MIGRATIONS)).filter((file) => file.endsWith(".sql")).sort();
const first = before.length === 0;
const now = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
// Migrations run in the order of their names: after the last one, whatever the clock of who wrote it.
const stamp = [now, String(Number(before.at(-1)?.slice(0, 14) ?? 0) + 1)].sort().at(-1);
const file = path.join(MIGRATIONS, `${stamp}_${name}.sql`);

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
