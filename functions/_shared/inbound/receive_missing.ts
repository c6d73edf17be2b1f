/** How one payment stands, by the provider's own word, and receiving that through the same door as a webhook. */

import type { Database } from "../platform/database.ts";
import type { Environment } from "../platform/environment.ts";
import { log } from "../platform/log.ts";
import type { PaymentQuery, ProviderHistory, ProviderMessage } from "../providers/provider_history.ts";
import type { Inbox } from "./inbox.ts";
import { readProviderMessage } from "./receive_provider_message.ts";

/** Null when the provider does not know the payment, or does not answer about it; said in the log. @throws what ended `signal` */
export async function paymentStatusAt(
  provider: string,
  history: ProviderHistory,
  asked: PaymentQuery,
  env: Environment,
  signal: AbortSignal,
): Promise<ProviderMessage | null> {
  try {
    const told = await history.getStatus!(env, asked, signal);
    if (told === null) log("warn", "the provider does not know a pending payment", { provider, ...asked });
    return told;
  } catch (error) {
    if (signal.aborted) throw error;
    log("warn", "a pending payment could not be asked about", { provider, ...asked, error });
    return null;
  }
}

/** How many of what was told had not come by webhook, and how many of those were taken in. */
export interface Healed {
  missed: number;
  healed: number;
}

/** Receives, as confirmed, what of this is not known yet. `lists`: what it is a list of (see `History`). @throws DatabaseAway */
export async function receiveMissing(
  name: string,
  told: ProviderMessage[],
  lists: ProviderHistory["listKind"],
  { database, inbox }: { database: Database; inbox: Inbox },
): Promise<Healed> {
  const events = await Promise.all(told.map((one) => readProviderMessage(name, one)));
  const missing = await database.query<{ position: number }>(
    "select position from inbox.missing($1::text::jsonb, $2)",
    // What decides is ids and facts; bodies stay here.
    [events.map(({ body: _, ...event }) => event), lists],
  );
  const receipts = await Promise.all(missing.map(({ position }) => inbox.receive(events[position]!)));
  return {
    missed: missing.length,
    healed: receipts.filter(({ status }) => status !== "failed" && status !== "dead").length,
  };
}
