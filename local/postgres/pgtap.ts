/**
 * pgTAP from the archive inside @electric-sql/pglite: its functions are pure SQL, and no other npm package has them.
 *
 * For tests only. `create extension if not exists pgtap` passes before this already: bootstrap/45-extensions.sql.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import postgres from "postgres";

const BLOCK = 512;

/**
 * Installs pgTAP's functions in the schema `extensions` of the database behind `url` (the superuser's). Again is no
 * harm.
 */
export async function installPgtap(url: string): Promise<void> {
  const script = await pgtapScript();
  const sql = postgres(url, { max: 1, onnotice() {} });
  try {
    const [{ installed }] = (await sql`select to_regproc('extensions.no_plan') is not null as installed`) as [
      { installed: boolean },
    ];
    if (installed) return;
    await sql.begin(async (tx) => {
      await tx`set local search_path = extensions`;
      await tx.unsafe(script);
      await tx`grant usage on schema extensions to public`;
    });
  } finally {
    await sql.end();
  }
}

/** The whole script of the extension, without the lines that are for psql. */
async function pgtapScript(): Promise<string> {
  const pglite = path.dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite"));
  const archive = gunzipSync(await readFile(path.join(pglite, "pgtap.tar.gz")));
  // The other scripts have two versions in their name: they upgrade.
  const file = fileFromTar(archive, /\/pgtap--[\d.]+\.sql$/);
  return file.toString("utf8").replace(/^\\.*$/gm, "");
}

/** The contents of the first file whose name matches. */
function fileFromTar(archive: Buffer, name: RegExp): Buffer {
  const text = (from: number, length: number) => archive.toString("latin1", from, from + length).replace(/\0.*$/s, "");
  for (let at = 0; at < archive.length; ) {
    const size = Number.parseInt(text(at + 124, 12), 8) || 0;
    const start = at + BLOCK;
    if (name.test(text(at, 100))) return archive.subarray(start, start + size);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new Error(`No ${name} in pgtap.tar.gz: is it another version of @electric-sql/pglite?`);
}
