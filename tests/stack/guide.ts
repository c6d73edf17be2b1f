/** The code of our guides, as it stands in docs/, and the backend that docs/receive_messages.md builds. */
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import postgres from "postgres";
import { ROOT } from "../../scripts/schema.ts";
import type { House } from "./harness.ts";

/** A guide's code blocks, by the file each is for. */
export async function blocksOf(guide: string): Promise<Record<string, string>> {
  const text = await readFile(path.join(ROOT, "docs", guide), "utf8");
  return Object.fromEntries([...text.matchAll(/^```\w+ (\S+)\n(.*?)^```/gms)].map(([, file, code]) => [file, code]));
}

export interface Backend {
  /** Its own database: a schema of its own. */
  sql: postgres.Sql;
  // biome-ignore lint/suspicious/noExplicitAny: what a file of the guide exports.
  load(file: string): Promise<any>;
  stop(): Promise<void>;
}

/** The backend of docs/receive_messages.md. */
export async function startBackend(house: House): Promise<Backend> {
  const blocks = await blocksOf("receive_messages.md");
  const folder = await mkdtemp(path.join(os.tmpdir(), "signalbox-backend-"));
  await symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  for (const file of ["receiver.ts", "pull.ts", "catalog.ts"]) await writeFile(path.join(folder, file), blocks[file]!);
  await house.sql`create schema backend`;
  const sql = postgres(house.stack.dbUrl, { max: 4, onnotice() {}, connection: { search_path: "backend" } });
  await sql.unsafe(blocks["schema.sql"]!);
  return {
    sql,
    load: (file) => import(path.join(folder, file)),
    async stop() {
      await sql.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
