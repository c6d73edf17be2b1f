/** sql/ as one script, in reading order: folder by folder, file by file. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const MIGRATIONS = path.join(ROOT, "supabase/migrations");

export async function schemaScript(folder = path.join(ROOT, "sql")): Promise<string> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".sql")).sort();
  const parts = await Promise.all(
    files.map(async (name) => `-- sql/${name}\n\n${await readFile(path.join(folder, name), "utf8")}`),
  );
  return `set local check_function_bodies = off;\n\n${parts.join("\n")}`;
}
