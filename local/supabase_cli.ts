/** Runs the real Supabase CLI, without a home of its own to write to and without anything of the caller's that would steer it. */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const CLI = createRequire(import.meta.url).resolve("supabase/dist/supabase.js");

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  /** Ends the program; what it had to say is dropped. */
  signal?: AbortSignal;
}

/** Runs a program to its end, however that is. Rejects when it cannot be started, and when `signal` ended it. */
export function run(program: string, args: string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const ran: Ran = { code: null, stdout: "", stderr: "" };
    let failure: Error | undefined;
    child.stdout.on("data", (chunk) => (ran.stdout += chunk));
    child.stderr.on("data", (chunk) => (ran.stderr += chunk));
    child.once("error", (error) => (failure = error));
    child.once("close", (code) => (failure ? reject(failure) : resolve({ ...ran, code })));
  });
}

/** `supabase …`. Databases on this machine speak no TLS; for another, give what `database` says of it. */
export async function supabase(args: string[], options: RunOptions = {}): Promise<Ran> {
  const home = await mkdtemp(path.join(os.tmpdir(), "signalbox-cli-"));
  try {
    return await run(process.execPath, [CLI, ...args], {
      cwd: options.cwd ?? home,
      signal: options.signal,
      // Nothing of the caller's: a SUPABASE_… or PG… variable would steer the CLI elsewhere.
      env: {
        PATH: process.env.PATH,
        HOME: home,
        SUPABASE_HOME: home,
        SUPABASE_NO_KEYRING: "1",
        SUPABASE_NO_UPDATE_NOTIFIER: "1",
        SUPABASE_TELEMETRY_DISABLED: "1",
        DO_NOT_TRACK: "1",
        PGSSLMODE: "disable",
        NO_COLOR: "1",
        CI: "true",
        ...options.env,
      },
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * A database's address as the CLI takes it: the password apart, for any user of a machine can list its processes;
 * and over a network only with TLS, unless the address has an `sslmode` that says otherwise.
 */
export function database(url: string): { remote: string; env: Record<string, string> } {
  const address = new URL(url);
  const password = decodeURIComponent(address.password);
  address.password = "";
  return {
    remote: `--remote=${address.href}`,
    env: {
      PGSSLMODE: LOOPBACK.has(address.hostname) ? "disable" : "require",
      ...(password && { PGPASSWORD: password }),
    },
  };
}

/**
 * The CLI writes beside config.toml, and reads any .env there: it works on a copy of the `parts` of a project that it needs
 * (those that are there), so that a project may be read-only.
 */
export async function inCopyOf<Result>(
  project: string,
  parts: string[],
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "signalbox-project-"));
  try {
    await mkdir(path.join(folder, "supabase"));
    for (const part of parts) {
      await cp(path.join(project, part), path.join(folder, part), { recursive: true }).catch((error) => {
        if (error.code !== "ENOENT") throw error;
      });
    }
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
