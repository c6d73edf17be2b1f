/**
 * Runs the real Supabase CLI, with a home folder of its own and without variables of the caller that would steer it.
 */
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
  /** Written to its standard input. */
  input?: string;
  /** Ends the program; its output is dropped. */
  signal?: AbortSignal;
}

/** Runs a program to its end, whatever its exit code. Rejects when it cannot be started, and when `signal` ended it. */
export function run(program: string, args: string[], { input, ...options }: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.on("error", () => {}); // it may end without having read everything
    child.stdin.end(input);
    const ran: Ran = { code: null, stdout: "", stderr: "" };
    let failure: Error | undefined;
    child.stdout.on("data", (chunk) => (ran.stdout += chunk));
    child.stderr.on("data", (chunk) => (ran.stderr += chunk));
    child.once("error", (error) => (failure = error));
    child.once("close", (code) => (failure ? reject(failure) : resolve({ ...ran, code })));
  });
}

/** `supabase …`. Without TLS, as databases on this machine are; for another database, pass the `env` of `database`. */
export async function supabase(args: string[], options: RunOptions = {}): Promise<Ran> {
  const home = await mkdtemp(path.join(os.tmpdir(), "signalbox-cli-"));
  try {
    return await run(process.execPath, [CLI, ...args], {
      cwd: options.cwd ?? home,
      signal: options.signal,
      // Not the caller's environment: a SUPABASE_… or PG… variable would send the CLI elsewhere.
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
 * A database's address as the CLI takes it. The password goes by environment, since every user of a machine can list
 * the arguments of its processes. Over a network TLS is required, unless the address has an `sslmode` that says
 * otherwise.
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
 * Runs `work` in a temporary copy of some `parts` of a project, as far as they exist: the CLI writes beside config.toml
 * and reads any .env there, and a project may be read-only.
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
