/** Everything a function needs from its platform, in one interface that tests and benchmarks can replace. */

import { type Database, openDatabase } from "./database.ts";
import { databaseUrl } from "./database_url.ts";
import type { Environment } from "./environment.ts";

export interface Runtime {
  /** Reads a function secret or setting. */
  env: Environment;
  /** The current time, in ms since the epoch. */
  now(): number;
  /** Keeps the worker alive until `work` ends, after the response is sent. */
  defer(work: Promise<unknown>): void;
  database: Database;
  /** Aborted when the platform is about to end this worker: finish running work, start nothing new. */
  ending: AbortSignal;
}

declare const Deno: { env: { get(name: string): string | undefined } };
declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void };

/** The runtime of Supabase Edge Functions, hosted or local. */
export function edgeRuntime(): Runtime {
  const ending = new AbortController();
  addEventListener("beforeunload", () => ending.abort());
  return {
    env: (name) => Deno.env.get(name),
    now: () => Date.now(),
    defer: (work) => EdgeRuntime.waitUntil(work),
    database: openDatabase(databaseUrl((name) => Deno.env.get(name))),
    ending: ending.signal,
  };
}
