/**
 * Hands events to `inbox.receive`. Events that arrive while a call is under way are sent together in the next one: one
 * commit serves them all. Each is still stored, or refused, by itself.
 */

import type { Fact } from "../facts/facts.ts";
import { type Database, DatabaseAway } from "../platform/database.ts";
import { retryOnDeadlock } from "../platform/retry_deadlock.ts";
import type { TableRow } from "../platform/rows.ts";
import type { ReceivedResult } from "../providers/webhook_provider.ts";

type EventRow = TableRow<"inbox", "events">;

/** One event, as `inbox.receive` takes it: columns of inbox.events. */
export interface ReceivedEvent
  extends Pick<EventRow, "provider" | "provider_event_id" | "type" | "subject" | "trust" | "error" | "livemode"> {
  /** ISO 8601 UTC. */
  occurred_at: EventRow["occurred_at"];
  /** As it arrived, byte for byte. */
  body: EventRow["body"];
  /** What the provider's API answered about the event; if set, the facts are read from this and not from the body. */
  confirmation: EventRow["confirmation"];
  headers: Record<string, string>;
  /** Null when reading the event threw: `error` then says why. */
  facts: Fact[] | null;
  /** The provider's id of the account that the event is of, where it says. */
  account: EventRow["account"];
  /** Why the event is none of this project's, and so not applied; null: it is. */
  not_ours: EventRow["not_ours"];
}

export interface Inbox {
  /** Resolves when the event is durable. @throws DatabaseAway when that is not known. */
  receive(event: ReceivedEvent): Promise<ReceivedResult>;
}

/** Calls under way at once: enough to keep a small database busy, few enough for its connections. */
const MAX_CALLS = 2;
/** Events in one call: bounds how long one of them may wait for the others. */
const BATCH_SIZE = 32;
/** A further call while another is under way is made for this many events; fewer of them wait `LINGER_MS` for more. */
const MIN_FURTHER_BATCH = 8;
const LINGER_MS = 3;

interface QueuedEvent {
  event: ReceivedEvent;
  resolve(result: ReceivedResult): void;
  reject(error: unknown): void;
}

/** An inbox with a queue of its own: one for each worker. */
export function openInbox(database: Database): Inbox {
  const queue: QueuedEvent[] = [];
  let calls = 0;
  let lingering = false;

  /** A single event is sent at once. It waits for others only while a call is under way. */
  function schedule(): void {
    if (calls >= MAX_CALLS || queue.length === 0) return;
    if (calls === 0 || queue.length >= MIN_FURTHER_BATCH) {
      void drain();
      return;
    }
    if (lingering) return;
    lingering = true;
    setTimeout(() => {
      lingering = false;
      if (calls < MAX_CALLS && queue.length > 0) void drain();
    }, LINGER_MS);
  }

  async function drain(): Promise<void> {
    calls++;
    try {
      while (queue.length > 0) await receiveBatch(queue.splice(0, BATCH_SIZE));
    } finally {
      calls--;
    }
  }

  async function receiveBatch(batch: QueuedEvent[]): Promise<void> {
    try {
      const results = await call(batch.map(({ event }) => event));
      batch.forEach(({ resolve }, i) => {
        resolve(results[i]!);
      });
    } catch (error) {
      if (batch.length > 1 && !(error instanceof DatabaseAway)) {
        // One of them makes the call fail: each is sent by itself.
        for (const queued of batch) await receiveBatch([queued]);
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
    // A batch is not tried again as a whole: `receiveBatch` sends each of its events by itself.
    return await (events.length === 1 ? retryOnDeadlock(receive) : receive());
  }

  return {
    receive(event) {
      return new Promise((resolve, reject) => {
        queue.push({ event, resolve, reject });
        schedule();
      });
    },
  };
}
