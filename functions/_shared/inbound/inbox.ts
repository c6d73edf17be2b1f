/**
 * Hands events to `inbox.receive`. Events that come while a call is under way travel together in the next one:
 * one commit serves them all, and each still stands or falls by itself.
 */

import type { Fact } from "../facts/facts.ts";
import { type Database, DatabaseAway } from "../platform/database.ts";
import { retryOnDeadlock } from "../platform/retry_deadlock.ts";
import type { ReceivedResult } from "../providers/webhook_provider.ts";

/** One event, ready to be received. */
export interface ReceivedEvent {
  provider: string;
  provider_event_id: string;
  type: string;
  subject: string | null;
  trust: "signed" | "confirmed" | "unconfirmed";
  /** ISO 8601 UTC. */
  occurred_at: string | null;
  /** As it came, byte for byte. */
  body: string;
  /** What the provider's API answered when it was asked about it; then the facts are read from this. */
  confirmation: string | null;
  headers: Record<string, string>;
  /** Null when reading it threw: `error` then says what. */
  facts: Fact[] | null;
  error: string | null;
}

export interface Inbox {
  /** Resolves when the event is durable. @throws DatabaseAway when it is not known to be. */
  receive(event: ReceivedEvent): Promise<ReceivedResult>;
}

/** Calls under way at once: enough to keep a small database busy, few enough for its connections. */
const LANES = 2;
/** Events in one call: bounds how long one of them may wait for the others. */
const TOGETHER = 32;
/** A further call while another is under way is worth it for this many events; fewer wait this long, in ms, for more. */
const ENOUGH = 8;
const LINGER = 3;

interface Waiting {
  event: ReceivedEvent;
  resolve(receipt: ReceivedResult): void;
  reject(error: unknown): void;
}

export function openInbox(database: Database): Inbox {
  const queue: Waiting[] = [];
  let lanes = 0;
  let lingering = false;

  /** A lone event goes at once; company is waited for only while there is something to wait behind. */
  function consider(): void {
    if (lanes >= LANES || queue.length === 0) return;
    if (lanes === 0 || queue.length >= ENOUGH) {
      void drive();
      return;
    }
    if (lingering) return;
    lingering = true;
    setTimeout(() => {
      lingering = false;
      if (lanes < LANES && queue.length > 0) void drive();
    }, LINGER);
  }

  async function drive(): Promise<void> {
    lanes++;
    try {
      while (queue.length > 0) await settle(queue.splice(0, TOGETHER));
    } finally {
      lanes--;
    }
  }

  async function settle(batch: Waiting[]): Promise<void> {
    try {
      const receipts = await call(batch.map(({ event }) => event));
      batch.forEach(({ resolve }, i) => {
        resolve(receipts[i]!);
      });
    } catch (error) {
      if (batch.length > 1 && !(error instanceof DatabaseAway)) {
        // One of them spoils the call: each by itself, then.
        for (const one of batch) await settle([one]);
      } else {
        for (const { reject } of batch) reject(error);
      }
    }
  }

  async function call(events: ReceivedEvent[]): Promise<ReceivedResult[]> {
    const receive = () =>
      database.query<ReceivedResult>("select id, status, duplicate, error from inbox.receive($1::text::jsonb)", [
        events,
      ]);
    // Of several one spoils the call: each is then called by itself.
    return await (events.length === 1 ? retryOnDeadlock(receive) : receive());
  }

  return {
    receive(event) {
      return new Promise((resolve, reject) => {
        queue.push({ event, resolve, reject });
        consider();
      });
    },
  };
}
