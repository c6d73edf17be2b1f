/**
 * The code of our guides, as it stands in docs/: loaded, or applied to a copy of the project; and the backend of
 * receive_messages.md.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import postgres from "postgres";
import { buildWebClient } from "../../../scripts/client.ts";
import { ROOT, schemaScript } from "../../../scripts/schema/schema.ts";
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

/** A guide's TypeScript files in a folder of their own, which finds our packages, and the client as it is published. */
export async function unfold(guide: string): Promise<Guide> {
  const above = await mkdtemp(path.join(os.tmpdir(), "signalbox-guide-"));
  await symlink(path.join(ROOT, "node_modules"), path.join(above, "node_modules"));
  const folder = path.join(above, "app");
  const client = path.join(folder, "node_modules/signalbox-web");
  await mkdir(client, { recursive: true });
  await cp(path.join(ROOT, "clients/web/package.json"), path.join(client, "package.json"));
  await buildWebClient(path.join(client, "dist"));
  for (const [file, code] of Object.entries(await blocksOf(guide))) {
    if (file.endsWith(".ts") && !file.includes("/")) await writeFile(path.join(folder, file), code);
  }
  return {
    load: (file) => import(path.join(folder, file)),
    remove: () => rm(above, { recursive: true, force: true }),
  };
}

/**
 * A file with a ```diff block of a guide applied to it. Lines that `@@` separates are hunks of their own.
 * @throws Error when a hunk's old lines do not stand in the file exactly once: the guide shows what is not there any
 * more.
 */
function withDiff(file: string, text: string, diff: string): string {
  const lines = (hunk: string, drop: string) =>
    hunk
      .split("\n")
      .filter((line) => !line.startsWith(drop))
      .map((line) => line.slice(1))
      .join("\n");
  let result = text;
  for (const hunk of diff.replace(/\n$/, "").split(/^@@.*\n/m)) {
    if (hunk === "") continue;
    const before = lines(hunk.replace(/\n$/, ""), "+");
    const parts = `\n${result}`.split(`\n${before}\n`);
    if (parts.length !== 2) throw new Error(`${file} has these lines ${parts.length - 1} times, not once:\n${before}`);
    result = parts.join(`\n${lines(hunk.replace(/\n$/, ""), "-")}\n`).slice(1);
  }
  return result;
}

/** A copy of the project, to which a guide is applied. */
export interface Project {
  folder: string;
  /** Writes a file; its folders are made. */
  write(file: string, text: string): Promise<void>;
  edit(file: string, change: (text: string) => string): Promise<void>;
  /** One migration in place of all: what the copy's sql/ says. */
  migrateFromSql(): Promise<void>;
  remove(): Promise<void>;
}

/** `more`: folders beside those that a stack is made of. */
export async function copyProject(more: string[] = []): Promise<Project> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "signalbox-project-"));
  for (const part of ["functions", "supabase", "sql", ...more])
    await cp(path.join(ROOT, part), path.join(folder, part), { recursive: true });

  async function write(file: string, text: string): Promise<void> {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  return {
    folder,
    write,
    async edit(file, change) {
      const text = await readFile(path.join(folder, file), "utf8");
      const changed = change(text);
      if (changed === text) throw new Error(`Nothing changed in ${file}: what the guide changes is not there.`);
      await write(file, changed);
    },
    async migrateFromSql() {
      const migrations = path.join(folder, "supabase/migrations");
      for (const file of await readdir(migrations)) await rm(path.join(migrations, file));
      await write("supabase/migrations/20990101000000_schema.sql", await schemaScript(path.join(folder, "sql")));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * Applies the named blocks of a guide: a ```diff to the file it is for, anything else as a new file. The name of a
 * file's second block ends in `#` and a word.
 */
export async function apply(project: Project, guide: string, names: string[]): Promise<void> {
  const text = await readFile(path.join(ROOT, "docs/guides", guide), "utf8");
  const blocks = await blocksOf(guide);
  for (const name of names) {
    const block = blocks[name];
    const file = name.replace(/#.*/, "");
    if (block === undefined) throw new Error(`docs/guides/${guide} has no block for ${name}`);
    if (text.includes(`\`\`\`diff ${name}\n`)) await project.edit(file, (before) => withDiff(file, before, block));
    else await project.write(file, block);
  }
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
