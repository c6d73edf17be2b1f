/**
 * Postgres sends a commit to those who replicate a moment before anyone else can see it. Telling a client then would
 * have it look for a row that is not there yet, and have RLS judge one: hosted is slow enough not to, we are not.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type Database, patiently } from "./database.ts";
import type { Change } from "./pgoutput.ts";

const PAUSE_MS = 1;

/** Resolves when everyone can see the transactions of these changes. */
async function untilVisible(database: Database, changes: Change[]): Promise<void> {
  const xids = [...new Set(changes.map(({ xid }) => String(xid)))];
  // A 32-bit xid is the same in 64 bits until it wraps around, which takes four billion transactions.
  const visible =
    "select bool_and(pg_visible_in_snapshot(xid::xid8, pg_current_snapshot())) as yes from unnest($1::text[]) xid";
  while (!(await database.query<{ yes: boolean }>(visible, [xids]))[0]!.yes) await delay(PAUSE_MS);
}

export interface VisibleChanges {
  add(changes: Change[]): void;
  stop(): Promise<void>;
}

/** Hands changes on in batches and in their order, when they can be seen; `handle` may take its time. */
export function whenVisible(
  database: Database,
  batchSize: number,
  handle: (batch: Change[]) => Promise<void> | void,
  log: (line: string) => void,
): VisibleChanges {
  let queue: Change[] = [];
  let stopped = false;
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, batchSize);
      await patiently(
        () => stopped,
        async () => {
          await untilVisible(database, batch);
          if (!stopped) await handle(batch);
        },
      ).catch((error) => stopped || log(`replication: ${error.message}`));
    }
    working = undefined;
  }

  return {
    add(changes) {
      if (stopped) return;
      for (const change of changes) queue.push(change);
      if (queue.length > 0) working ??= work();
    },
    async stop() {
      stopped = true;
      queue = [];
      await working;
    },
  };
}
