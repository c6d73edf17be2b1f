/**
 * The inbound tail: a moment after a webhook, looks whether its deliveries are under way, and if not
 * (pg_net and cron silent), empties the outbox itself.
 */
import { log } from "./log.ts";
import { pause } from "./pause.ts";
import type { Runtime } from "./runtime.ts";

/** Time for the doorbell to do its work, in ms. */
const PATIENCE = 1000;
/** How long a tail may deliver, in ms: the function that it follows should end some time. */
const RUN = 20_000;

export interface Tail {
  /** An event was received. */
  follow(): void;
}

export function openTail(runtime: Runtime): Tail {
  let following = false;

  async function look(): Promise<void> {
    try {
      await pause(PATIENCE, runtime.ending);
      if (runtime.ending.aborted) return;
      const [answer] = await runtime.database.query<{ needed: boolean }>("select outbox.needs_courier() as needed", []);
      if (answer?.needed) {
        // Loaded only when needed: a webhook's cold start should not pay for the courier.
        const { runCourier } = await import("./courier.ts");
        await runCourier(runtime, { pump: "tail", milliseconds: RUN });
      }
    } catch (error) {
      log("warn", "the tail could not look after the outbox; the doorbell and cron will", { error });
    } finally {
      following = false;
    }
  }

  return {
    follow() {
      if (following) return;
      following = true;
      runtime.defer(look());
    },
  };
}
