/**
 * The courier: claims what is due, signs and sends it, writes down how it went; goes on until nothing is due.
 * Any number may run at once: who gets what, and what follows from an answer, is decided in SQL (outbox.claim, outbox.record).
 */
import { sqlState } from "../platform/database.ts";
import { log } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { sleep } from "../platform/sleep.ts";
import type { Delivery } from "./adapter.ts";
import { type AttemptResult, attempt } from "./attempt.ts";
import { openSigningSecrets } from "./signing_secrets.ts";

/** Requests under way at once in one run. */
const MAX_IN_FLIGHT = 256;
/** The bodies that a run may hold, in bytes; a single larger one is taken alone. Bounds memory (hosted: 256 MB): each is held several times. */
const MAX_BYTES_IN_FLIGHT = 8_000_000;
/** So many results are recorded together, unless the last ones are waited for. */
const BATCH_SIZE = 64;
/** Deliveries in one run: bounds its processor time (hosted: 2 s). */
const MAX_DELIVERIES = 10_000;
/**
 * How long a courier stays awake after its last delivery, in ms: changes come in bursts, and pg_net answers a second bell only
 * a second after the first. How often it looks meanwhile, in ms: often at first, then less and less.
 */
const LINGER_MS = 2000;
const POLL_MS = { first: 3, factor: 1.05, last: 100 };

export interface RunOptions {
  /** What started it; told in outbox.couriers. */
  pump: "bell" | "tail";
  /** After this many ms nothing new is claimed, and what is left is handed to a fresh run. */
  milliseconds: number;
}

/** Runs until nothing is due, its time is up or the worker ends. Returns how many deliveries it tried. */
export async function runCourier(runtime: Runtime, { pump, milliseconds }: RunOptions): Promise<number> {
  const { database, ending } = runtime;
  const [woken] = await database.query<{ id: string }>("select outbox.wake($1) as id", [pump]);
  const courier = woken!.id;
  const until = runtime.now() + milliseconds;
  const secrets = openSigningSecrets(runtime);
  let results: AttemptResult[] = [];
  let inFlight = 0;
  let bytes = 0;
  let tried = 0;
  let lastWork = 0;
  let pollMs = POLL_MS.first;
  let answered: (() => void) | undefined;

  function send(delivery: Delivery): void {
    inFlight++;
    bytes += delivery.body.length;
    void attempt(delivery, runtime, secrets).then((result) => {
      inFlight--;
      bytes -= delivery.body.length;
      results.push(result);
      if (results.length >= BATCH_SIZE || inFlight === 0) answered?.();
    });
  }

  /** Until enough was answered to be worth a turn, or it is time to look again. */
  async function enough(): Promise<void> {
    if (results.length >= BATCH_SIZE || (results.length > 0 && inFlight === 0)) return;
    const waiting = new Promise<void>((resolve) => {
      answered = resolve;
    });
    // Not cut short by `ending`: a loop that waits for nothing would let no answer in.
    await Promise.race([waiting, sleep(inFlight >= BATCH_SIZE ? POLL_MS.last : pollMs)]);
    answered = undefined;
  }

  /** Records results, and claims what is due. */
  async function turn(mayClaim: boolean): Promise<void> {
    const recorded = results;
    results = [];
    const free = MAX_BYTES_IN_FLIGHT - bytes;
    const room = mayClaim && free > 0 ? Math.min(MAX_IN_FLIGHT - inFlight, MAX_DELIVERIES - tried) : 0;
    if (recorded.length === 0 && room === 0) return;
    try {
      const claimed = await database.query<Delivery>(
        "select * from outbox.record_and_claim($1, $2::text::jsonb, $3::int, $4::bigint)",
        // With nothing in flight even one that is larger than the limit goes.
        [courier, recorded, room, inFlight === 0 ? null : free],
      );
      for (const delivery of claimed) send(delivery);
      tried += claimed.length;
      if (claimed.length > 0) lastWork = runtime.now();
      pollMs = claimed.length > 0 ? POLL_MS.first : Math.min(pollMs * POLL_MS.factor, POLL_MS.last);
    } catch (error) {
      if (recorded.length > 0 && refusedByServer(error)) {
        await recordOneByOne(recorded);
        return;
      }
      // Kept for the next turn. Should there be none, the leases run out and all are sent again, under the same ids.
      results = [...recorded, ...results];
      throw error;
    }
  }

  /** A batch that the database refuses for what it holds: one result that cannot be recorded holds back no other. */
  async function recordOneByOne(recorded: AttemptResult[]): Promise<void> {
    for (const result of recorded) {
      // What came from outside is left out the second time.
      const bare = {
        ...result,
        error: "How it went could not be recorded.",
        response_body: null,
        retry_after_ms: null,
      };
      for (const one of [result, bare]) {
        try {
          await database.query("select outbox.record($1, $2::text::jsonb)", [courier, [one]]);
          break;
        } catch (error) {
          if (!refusedByServer(error)) {
            results.push(result);
            break;
          }
          log("error", "a result could not be recorded", { courier, delivery: result.delivery_id, error });
        }
      }
    }
  }

  let failures = 0;
  let handedOn = false;
  while (failures <= 5) {
    try {
      const goesOn = runtime.now() < until && !ending.aborted && tried < MAX_DELIVERIES;
      await turn(goesOn);
      const idle = inFlight === 0 && results.length === 0;
      if (!goesOn && !handedOn) {
        // A fresh run begins while this one finishes.
        await database.query("select outbox.finish_run($1, true)", [courier]);
        handedOn = true;
      }
      if (!goesOn && idle) return tried;
      if (idle && runtime.now() - lastWork >= LINGER_MS) {
        const [rested] = await database.query<{ yes: boolean }>("select outbox.finish_run($1) as yes", [courier]);
        if (rested!.yes) return tried;
      }
      await enough();
      failures = 0;
    } catch (error) {
      log("error", "the courier cannot reach the database", { courier, error });
      await sleep(500 * ++failures);
    }
  }
  return tried;
}

/** Whether the server is there and refuses what was sent, in which case sending the same again is of no use. */
function refusedByServer(error: unknown): boolean {
  const state = sqlState(error);
  // 40: a deadlock or a serialization failure; both pass. 57: the statement was cancelled.
  return state !== undefined && !/^(40|57|53|08|25)/.test(state);
}
