/**
 * Applies supabase/migrations and the seed with the real Supabase CLI: `supabase db push`, as in production.
 */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const CLI = createRequire(import.meta.url).resolve("supabase/dist/supabase.js");

/** What the CLI reads of a project when it pushes. */
const PARTS = ["config.toml", "migrations", "seed.sql"];

/** The CLI writes into its home and beside config.toml: it gets a folder of its own, so that a project may be read-only. */
async function privateCopy(project: string): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "signalbox-cli-"));
  await mkdir(path.join(folder, "supabase"));
  for (const part of PARTS) {
    await cp(path.join(project, "supabase", part), path.join(folder, "supabase", part), { recursive: true }).catch((error) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
  return folder;
}

function run(folder: string, databaseUrl: string, signal?: AbortSignal): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, "db", "push", `--remote=${databaseUrl}`, "--include-seed", "--yes"], {
      cwd: folder,
      // Nothing of ours: a SUPABASE_… or PG… variable of the caller's would steer the CLI elsewhere.
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        SUPABASE_HOME: folder,
        PGSSLMODE: "disable",
        DO_NOT_TRACK: "1",
        SUPABASE_TELEMETRY_DISABLED: "1",
        NO_COLOR: "1",
        CI: "true",
      },
      stdio: ["ignore", "pipe", "pipe"],
      signal,
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

/**
 * Applies what `project`/supabase has and the database has not: pending migrations, and a seed that changed.
 * @throws Error with the CLI's words when a migration fails; none of that migration's file is left applied.
 */
export async function pushMigrations(databaseUrl: string, project: string, signal?: AbortSignal): Promise<void> {
  const folder = await privateCopy(project);
  try {
    const { code, output } = await run(folder, databaseUrl, signal);
    if (code !== 0) throw new Error(`The migrations could not be applied (supabase db push):\n${output.trim()}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
