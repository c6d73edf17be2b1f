/** Runs the Supabase CLI against a database by its address, without a home of its own to write to. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const CLI = createRequire(import.meta.url).resolve("supabase/dist/supabase.js");

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export async function supabase(args: string[], options: { cwd?: string } = {}): Promise<Ran> {
  const home = await mkdtemp(path.join(os.tmpdir(), "signalbox-cli-"));
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [CLI, ...args], {
        cwd: options.cwd ?? home,
        // Nothing of the caller's: a SUPABASE_… or PG… variable would steer the CLI elsewhere.
        env: {
          PATH: process.env.PATH,
          HOME: home,
          SUPABASE_HOME: home,
          PGSSLMODE: "disable",
          DO_NOT_TRACK: "1",
          SUPABASE_TELEMETRY_DISABLED: "1",
          NO_COLOR: "1",
          CI: "true",
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const ran: Ran = { code: null, stdout: "", stderr: "" };
      child.stdout.on("data", (chunk) => (ran.stdout += chunk));
      child.stderr.on("data", (chunk) => (ran.stderr += chunk));
      child.once("error", reject);
      child.once("close", (code) => resolve({ ...ran, code }));
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
