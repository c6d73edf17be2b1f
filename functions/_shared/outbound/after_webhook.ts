/**
 * The inbound tail: a moment after a webhook, looks whether its deliveries are under way, and if not
 * (pg_net and cron silent), empties the outbox itself.
 */
import { log } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { sleep } from "../platform/sleep.ts";

/** Time for the doorbell to do its work, in ms. */
const DELAY_MS = 1000;
/** How long a tail may deliver, in ms: the function that it follows should end some time. */
const RUN_MS = 20_000;

export interface AfterWebhook {
  /** An event was received. */
  scheduleDelivery(): void;
}

export function openAfterWebhook(runtime: Runtime): AfterWebhook {
  let following = false;

  async function look(): Promise<void> {
    try {
      await sleep(DELAY_MS, runtime.ending);
      if (runtime.ending.aborted) return;
      const [answer] = await runtime.database.query<{ needed: boolean }>("select outbox.needs_courier() as needed", []);
      if (answer?.needed) {
        // Loaded only when needed: a webhook's cold start should not pay for the courier.
        const { runCourier } = await import("./courier.ts");
        await runCourier(runtime, { pump: "tail", milliseconds: RUN_MS });
      }
    } catch (error) {
      log("warn", "the tail could not look after the outbox; the doorbell and cron will", { error });
    } finally {
      following = false;
    }
  }

  return {
    scheduleDelivery() {
      if (following) return;
      following = true;
      runtime.defer(look());
    },
  };
}
