/**
 * The courier: claims deliveries that are due, attempts them and records the results, until nothing is due. Any number
 * of couriers may run at once: SQL decides which gets what, and what follows from a result (outbox.claim,
 * outbox.record).
 */
import { sqlState } from "../platform/database.ts";
import { log } from "../platform/log.ts";
import type { FunctionValue } from "../platform/rows.ts";
import type { Runtime } from "../platform/runtime.ts";
import { sleep } from "../platform/sleep.ts";
import type { Delivery } from "./adapter.ts";
import { type AttemptResult, attempt } from "./attempt.ts";
import { openSigningSecrets } from "./signing_secrets.ts";

/** Requests under way at once in one run. */
const MAX_IN_FLIGHT = 256;
/**
 * The bodies that a run may hold, in bytes; a larger one is claimed alone. Bounds memory (hosted: 256 MB), since each
 * body is held several times.
 */
const MAX_BYTES_IN_FLIGHT = 8_000_000;
/** So many results are recorded together, unless the last ones are waited for. */
const BATCH_SIZE = 64;
/** Deliveries in one run: bounds its processor time (hosted: 2 s). */
const MAX_DELIVERIES = 10_000;
/** Turns in a row that may fail before a run gives up. */
const MAX_FAILURES = 5;
/**
 * How long a courier stays awake after its last delivery, in ms: changes come in bursts, and pg_net sends a second
 * request only a second after the first. Meanwhile it polls: at first every `first` ms, then less and less often.
 */
const LINGER_MS = 2000;
const POLL_MS = { first: 3, factor: 1.05, last: 100 };

export interface RunOptions {
  /** What started the run, as in outbox.couriers. */
  pump: "bell" | "tail";
  /** After this many ms nothing more is claimed; what is left is handed over to a new run. */
  milliseconds: number;
}

/** Runs until nothing is due, its time is up or the worker ends. Returns how many deliveries it attempted. */
export async function runCourier(runtime: Runtime, { pump, milliseconds }: RunOptions): Promise<number> {
  const { database, ending } = runtime;
  const [started] = await database.query<{ id: FunctionValue<"outbox", "wake"> }>("select outbox.wake($1) as id", [
    pump,
  ]);
  const courier = started!.id;
  const claimUntil = runtime.now() + milliseconds;
  const secrets = openSigningSecrets(runtime);
  let results: AttemptResult[] = [];
  let inFlight = 0;
  let bytes = 0;
  let attempted = 0;
  let lastWorkAt = 0;
  let pollMs = POLL_MS.first;
  let wake: (() => void) | undefined;

  function send(delivery: Delivery): void {
    inFlight++;
    bytes += delivery.body.length;
    void attempt(delivery, runtime, secrets).then((result) => {
      inFlight--;
      bytes -= delivery.body.length;
      results.push(result);
      if (results.length >= BATCH_SIZE || inFlight === 0) wake?.();
    });
  }

  /** Waits until there are results enough to be worth a turn, or it is time to poll. */
  async function resultsOrPoll(): Promise<void> {
    if (results.length >= BATCH_SIZE || (results.length > 0 && inFlight === 0)) return;
    const enoughResults = new Promise<void>((resolve) => {
      wake = resolve;
    });
    // Not cut short by `ending`: without a wait the loop would block the results.
    await Promise.race([enoughResults, sleep(inFlight >= BATCH_SIZE ? POLL_MS.last : pollMs)]);
    wake = undefined;
  }

  /** Records results, and claims what is due. */
  async function turn(mayClaim: boolean): Promise<void> {
    const recorded = results;
    results = [];
    const free = MAX_BYTES_IN_FLIGHT - bytes;
    const room = mayClaim && free > 0 ? Math.min(MAX_IN_FLIGHT - inFlight, MAX_DELIVERIES - attempted) : 0;
    if (recorded.length === 0 && room === 0) return;
    try {
      const claimed = await database.query<Delivery>(
        "select * from outbox.record_and_claim($1, $2::text::jsonb, $3::int, $4::bigint)",
        // With nothing in flight a body may be larger than the limit.
        [courier, recorded, room, inFlight === 0 ? null : free],
      );
      for (const delivery of claimed) send(delivery);
      attempted += claimed.length;
      if (claimed.length > 0) lastWorkAt = runtime.now();
      pollMs = claimed.length > 0 ? POLL_MS.first : Math.min(pollMs * POLL_MS.factor, POLL_MS.last);
    } catch (error) {
      if (recorded.length > 0 && refusedByServer(error)) {
        await recordOneByOne(recorded);
        return;
      }
      // Kept for the next turn. If there is none, the leases run out and all are sent again, under the same ids.
      results = [...recorded, ...results];
      throw error;
    }
  }

  /** Records a batch that the database refused, result by result: one that cannot be recorded holds up no other. */
  async function recordOneByOne(recorded: AttemptResult[]): Promise<void> {
    for (const result of recorded) {
      // The second try leaves out what came from outside.
      const bare = {
        ...result,
        error: "The result could not be recorded as it was; the function's log says why.",
        response_body: null,
        retry_after_ms: null,
      };
      for (const version of [result, bare]) {
        try {
          await database.query("select outbox.record($1, $2::text::jsonb)", [courier, [version]]);
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
  let handedOver = false;
  while (failures <= MAX_FAILURES) {
    try {
      const mayClaim = runtime.now() < claimUntil && !ending.aborted && attempted < MAX_DELIVERIES;
      await turn(mayClaim);
      const idle = inFlight === 0 && results.length === 0;
      if (!mayClaim && !handedOver) {
        // A new run begins while this one finishes.
        await database.query("select outbox.finish_run($1, true)", [courier]);
        handedOver = true;
      }
      if (!mayClaim && idle) return attempted;
      if (idle && runtime.now() - lastWorkAt >= LINGER_MS) {
        const statement = "select outbox.finish_run($1) as yes";
        const [finished] = await database.query<{ yes: FunctionValue<"outbox", "finish_run"> }>(statement, [courier]);
        if (finished!.yes) return attempted;
      }
      await resultsOrPoll();
      failures = 0;
    } catch (error) {
      log("error", "the courier cannot reach the database", { courier, error });
      await sleep(500 * ++failures);
    }
  }
  return attempted;
}

/** Whether the server is up and refuses this statement, so that sending the same again is of no use. */
function refusedByServer(error: unknown): boolean {
  const state = sqlState(error);
  // 40: a deadlock or a serialization failure, 57: cancelled, 53, 08, 25: the server is full, going or a standby. All
  // pass.
  return state !== undefined && !/^(40|57|53|08|25)/.test(state);
}
