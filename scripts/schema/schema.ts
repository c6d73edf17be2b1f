/** Where the schema lives. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const MIGRATIONS = path.join(ROOT, "supabase/migrations");

/** sql/ (or another folder) as one script: folder by folder and file by file, in the order of their names. */
export async function schemaScript(folder = path.join(ROOT, "sql")): Promise<string> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".sql")).sort();
  const parts = await Promise.all(
    files.map(async (name) => `-- sql/${name}\n\n${await readFile(path.join(folder, name), "utf8")}`),
  );
  return `set local check_function_bodies = off;\n\n${parts.join("\n")}`;
}
