/** What a function gets from the platform it runs on, in one place, so that tests and benchmarks can give it something else. */

import { type Database, openDatabase } from "./database.ts";
import type { Environment } from "./environment.ts";

export interface Runtime {
  env: Environment;
  /** Now, in ms since the epoch. */
  now(): number;
  /** Lets work go on after the response is sent. */
  defer(work: Promise<unknown>): void;
  database: Database;
  /** Aborted when the platform is about to end this worker: finish what is begun, begin nothing new. */
  ending: AbortSignal;
}

declare const Deno: { env: { get(name: string): string | undefined } };
declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void };

/** The edge runtime, hosted or local. */
export function edgeRuntime(): Runtime {
  const ending = new AbortController();
  addEventListener("beforeunload", () => ending.abort());
  return {
    env: (name) => Deno.env.get(name),
    now: () => Date.now(),
    defer: (work) => EdgeRuntime.waitUntil(work),
    database: openDatabase(Deno.env.get("SUPABASE_DB_URL")!),
    ending: ending.signal,
  };
}
