/**
 * What follows a webhook: a moment later, checks whether a courier is at work on its deliveries, and if none is
 * (because pg_net and cron are not running), runs one here. outbox.couriers calls this way of starting one `tail`.
 */
import { log } from "../platform/log.ts";
import type { FunctionValue } from "../platform/rows.ts";
import type { Runtime } from "../platform/runtime.ts";
import { sleep } from "../platform/sleep.ts";

/** How long the doorbell is given to start a courier, in ms. */
const CHECK_DELAY_MS = 1000;
/** How long a courier may claim deliveries here, in ms: the webhook's function should end some time. */
const RUN_MS = 20_000;

export interface AfterWebhook {
  /** To be called after an event was received. Several calls in a row cause one check. */
  scheduleDelivery(): void;
}

export function openAfterWebhook(runtime: Runtime): AfterWebhook {
  let scheduled = false;

  async function deliverIfNeeded(): Promise<void> {
    try {
      await sleep(CHECK_DELAY_MS, runtime.ending);
      if (runtime.ending.aborted) return;
      const [answer] = await runtime.database.query<{ needed: FunctionValue<"outbox", "needs_courier"> }>(
        "select outbox.needs_courier() as needed",
        [],
      );
      if (answer?.needed) {
        // Loaded when first needed, so that a webhook's cold start does not wait for it.
        const { runCourier } = await import("./courier.ts");
        await runCourier(runtime, { pump: "tail", milliseconds: RUN_MS });
      }
    } catch (error) {
      log("warn", "the outbox could not be checked after a webhook; the doorbell and cron check it too", { error });
    } finally {
      scheduled = false;
    }
  }

  return {
    scheduleDelivery() {
      if (scheduled) return;
      scheduled = true;
      runtime.defer(deliverIfNeeded());
    },
  };
}
