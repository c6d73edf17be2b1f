/** A way into a database that comes and goes: whatever is asked is asked again until it is answered. */
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { within } from "./within.ts";

const QUERY_MS = 15_000;
const PATIENCE_MS = 120_000;
/**
 * 57: shut down, 53: no connection left, 08: gone, 55: locked, 25006: takes no writes. Anything else is what the
 * statement itself is about.
 */
const AWAY = /^(57|53|08|55|25006)/;

export interface PatientDatabase {
  /**
   * Runs `work`, again and again until it succeeds: it must be no harm to run it twice.
   * @throws Error when the database has not answered for two minutes, and at once when the signal gives up.
   */
  ask<Result>(work: (sql: postgres.Sql) => Promise<Result>): Promise<Result>;
  stop(): Promise<void>;
}

export interface Patience {
  /** Gives up waiting. */
  signal?: AbortSignal;
  /** How long to ask in vain. Default: two minutes. */
  patienceMs?: number;
  /** How long one answer may take. */
  queryMs?: number;
}

export function openPatiently(
  url: string,
  { signal, patienceMs = PATIENCE_MS, queryMs = QUERY_MS }: Patience = {},
): PatientDatabase {
  // A client whose server was killed can hang: a new one takes its place.
  // The types it would fetch by itself: when that breaks off, nobody can catch the error.
  const open = () =>
    postgres(url, { max: 3, onnotice() {}, fetch_types: false, backoff: () => 0.1, connect_timeout: 5 });
  let sql = open();
  let stopped = false;

  return {
    async ask(work) {
      const end = Date.now() + patienceMs;
      for (;;) {
        const used = sql;
        try {
          return await within(queryMs, "no answer of the database", work(used), signal);
        } catch (error) {
          signal?.throwIfAborted();
          const state = error instanceof postgres.PostgresError ? error.code : "";
          if ((state !== "" && !AWAY.test(state)) || stopped) throw error;
          if (Date.now() > end)
            throw new Error(`the database did not answer for ${patienceMs / 1000} s: ${(error as Error).message}`, {
              cause: error,
            });
          if (used === sql) {
            sql = open();
            void used.end({ timeout: 0 }).catch(() => {});
          }
          await pause(150, undefined, { signal });
        }
      }
    },
    async stop() {
      stopped = true;
      // Neither does its end wait for a server that is gone.
      await within(5000, "not closed", sql.end({ timeout: 1 })).catch(() => {});
    },
  };
}
