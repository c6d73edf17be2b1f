/**
 * The courier: claims deliveries that are due, attempts them and records the results, until nothing is due.
 * Any number of couriers may run at once: SQL decides which gets what, and what follows from a result (outbox.claim, outbox.record).
 */
import { log } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { sleep } from "../platform/sleep.ts";
import type { Delivery } from "./adapter.ts";
import { type AttemptResult, attempt } from "./attempt.ts";
import { openSigningSecrets } from "./signing_secrets.ts";

/** Requests under way at once in one run, and the characters of their bodies: bounds memory (hosted: 256 MB). */
const MAX_IN_FLIGHT = 256;
const MAX_CHARACTERS_IN_FLIGHT = 32_000_000;
/** So many results are recorded together, unless the last ones are waited for. */
const BATCH_SIZE = 64;
/** Deliveries in one run: bounds its processor time (hosted: 2 s). */
const MAX_DELIVERIES = 10_000;
/** Failed turns in a row after which a run gives up, and the wait after each, in ms, times its number. */
const MAX_FAILURES = 5;
const FAILURE_DELAY_MS = 500;
/**
 * How long a courier stays awake after its last delivery, in ms: changes come in bursts, and pg_net sends a second request only a second
 * after the first. Meanwhile it polls: at first every `first` ms, then less and less often.
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
  const [started] = await database.query<{ id: string }>("select outbox.wake($1) as id", [pump]);
  const courier = started!.id;
  const claimUntil = runtime.now() + milliseconds;
  const secrets = openSigningSecrets(runtime);
  let results: AttemptResult[] = [];
  let inFlight = 0;
  let characters = 0;
  let attempted = 0;
  let lastWorkAt = 0;
  let pollMs = POLL_MS.first;
  let wake: (() => void) | undefined;

  function send(delivery: Delivery): void {
    inFlight++;
    characters += delivery.body.length;
    void attempt(delivery, runtime, secrets).then((result) => {
      inFlight--;
      characters -= delivery.body.length;
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
    const room =
      mayClaim && characters < MAX_CHARACTERS_IN_FLIGHT
        ? Math.min(MAX_IN_FLIGHT - inFlight, MAX_DELIVERIES - attempted)
        : 0;
    if (recorded.length === 0 && room === 0) return;
    try {
      const claimed = await database.query<Delivery>(
        "select * from outbox.record_and_claim($1, $2::text::jsonb, $3::int)",
        [courier, recorded, room],
      );
      for (const delivery of claimed) send(delivery);
      attempted += claimed.length;
      if (claimed.length > 0) lastWorkAt = runtime.now();
      pollMs = claimed.length > 0 ? POLL_MS.first : Math.min(pollMs * POLL_MS.factor, POLL_MS.last);
    } catch (error) {
      // Kept for the next turn. If there is none, the leases run out and the deliveries are sent again, under the same ids.
      results = [...recorded, ...results];
      throw error;
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
        const [finished] = await database.query<{ yes: boolean }>("select outbox.finish_run($1) as yes", [courier]);
        if (finished!.yes) return attempted;
      }
      await resultsOrPoll();
      failures = 0;
    } catch (error) {
      log("error", "the courier cannot reach the database", { courier, error });
      await sleep(FAILURE_DELAY_MS * ++failures);
    }
  }
  return attempted;
}
