/** The code of our guides, as it stands in docs/, and the backend that docs/guides/receive_messages.md builds. */
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import postgres from "postgres";
import { ROOT } from "../../../scripts/schema/schema.ts";
import type { TestStack } from "../test_stack.ts";

/** A guide's code blocks, by the file each is for. */
export async function blocksOf(guide: string): Promise<Record<string, string>> {
  const text = await readFile(path.join(ROOT, "docs/guides", guide), "utf8");
  return Object.fromEntries([...text.matchAll(/^```\w+ (\S+)\n(.*?)^```/gms)].map(([, file, code]) => [file, code]));
}

export interface Guide {
  // biome-ignore lint/suspicious/noExplicitAny: what a file of the guide exports.
  load(file: string): Promise<any>;
  remove(): Promise<void>;
}

/** A guide's TypeScript files in a folder of their own, which finds our packages. */
export async function unfold(guide: string): Promise<Guide> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "signalbox-guide-"));
  await symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  for (const [file, code] of Object.entries(await blocksOf(guide))) {
    if (file.endsWith(".ts") && !file.includes("/")) await writeFile(path.join(folder, file), code);
  }
  return {
    load: (file) => import(path.join(folder, file)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface Backend {
  /** Its own database: a schema of its own. */
  sql: postgres.Sql;
  load: Guide["load"];
  stop(): Promise<void>;
}

/** The backend of docs/guides/receive_messages.md. */
export async function startBackend(testStack: TestStack): Promise<Backend> {
  const { load, remove } = await unfold("receive_messages.md");
  await testStack.sql`create schema backend`;
  const sql = postgres(testStack.stack.dbUrl, { max: 4, onnotice() {}, connection: { search_path: "backend" } });
  await sql.unsafe((await blocksOf("receive_messages.md"))["schema.sql"]!);
  return {
    sql,
    load,
    async stop() {
      await sql.end();
      await remove();
    },
  };
}
