/** Asks a provider for the status of a payment, and receives as events what its webhooks did not bring. */

import { type Database, DatabaseAway } from "../platform/database.ts";
import type { Environment } from "../platform/environment.ts";
import { log } from "../platform/log.ts";
import type { FunctionRow } from "../platform/rows.ts";
import type { PaymentQuery, ProviderHistory, ProviderMessage } from "../providers/provider_history.ts";
import type { Inbox } from "./inbox.ts";
import { reasonOf } from "./read_event.ts";
import { readProviderMessage } from "./receive_provider_message.ts";

/**
 * How one payment or other thing stands, as the provider's API answers it. Null when the provider does not know it or
 * does not answer, which the log says. @throws Error when `signal` is aborted
 */
export async function paymentStatusAt(
  provider: string,
  history: ProviderHistory,
  payment: PaymentQuery,
  env: Environment,
  signal: AbortSignal,
): Promise<ProviderMessage | null> {
  try {
    const message = await history.getStatus!(env, payment, signal);
    if (message === null) log("warn", "the provider does not know what it was asked about", { provider, ...payment });
    return message;
  } catch (error) {
    if (signal.aborted) throw error;
    log("warn", "what the provider was asked about could not be read", { provider, ...payment, error });
    return null;
  }
}

/** How many messages had not arrived as webhooks, and how many of those were applied, ignored or parked now. */
export interface Healed {
  missed: number;
  healed: number;
}

/** Some messages could not be stored; all others were received. */
export class NotStored extends Error {
  override name = "NotStored";
  constructor(
    readonly received: Healed,
    reasons: string[],
  ) {
    super(`could not be stored: ${reasons.slice(0, 3).join("; ")}${reasons.length > 3 ? "; …" : ""}`);
  }
}

/**
 * Receives, as confirmed events, those of a provider's messages that the inbox does not know yet. One that cannot be
 * stored holds up no other. @throws DatabaseAway @throws NotStored
 */
export async function receiveMissing(
  provider: string,
  messages: ProviderMessage[],
  listKind: ProviderHistory["listKind"],
  { database, inbox }: { database: Database; inbox: Inbox },
): Promise<Healed> {
  const events = await Promise.all(messages.map((message) => readProviderMessage(provider, message)));
  const missing = await database.query<FunctionRow<"inbox", "missing">>(
    "select position from inbox.missing($1::text::jsonb, $2)",
    // It compares ids and facts: the bodies are not sent.
    [events.map(({ body: _, ...event }) => event), listKind],
  );
  const results = await Promise.allSettled(missing.map(({ position }) => inbox.receive(events[position]!)));
  const stored = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const received = {
    missed: missing.length,
    healed: stored.filter(({ status }) => status !== "failed" && status !== "dead").length,
  };
  const reasons = results.flatMap((result, i) => {
    if (result.status === "fulfilled") return [];
    if (result.reason instanceof DatabaseAway) throw result.reason;
    const { provider_event_id } = events[missing[i]!.position]!;
    log("error", "an event could not be stored", { provider, event: provider_event_id, error: result.reason });
    return [`${provider_event_id} (${reasonOf(result.reason)})`];
  });
  if (reasons.length > 0) throw new NotStored(received, reasons);
  return received;
}
