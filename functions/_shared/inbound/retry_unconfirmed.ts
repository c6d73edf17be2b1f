/** Asks providers again about events that they could not confirm when the webhook arrived. */

import type { Fact } from "../facts/facts.ts";
import { log } from "../platform/log.ts";
import type { FunctionRow, Narrow } from "../platform/rows.ts";
import type { Runtime } from "../platform/runtime.ts";
import { timeoutSignal } from "../platform/timeout_signal.ts";
import { PROVIDERS } from "../providers/registry.ts";
import { openInbox } from "./inbox.ts";
import { parseBody, readConfirmed } from "./read_event.ts";
import { takeTransmissionOf } from "./take_transmission.ts";

/** How long a provider's API may take to answer, in ms. */
const CONFIRM_TIMEOUT_MS = 10_000;

type UnconfirmedEvent = Narrow<FunctionRow<"inbox", "unconfirmed_due">, { headers: Record<string, string> }>;

/** Returns how many events were confirmed. */
export async function retryUnconfirmed(runtime: Runtime): Promise<number> {
  const { database, env, ending } = runtime;
  const inbox = openInbox(database);
  const due = await database.query<UnconfirmedEvent>(
    "select id, provider, provider_event_id, body, headers from inbox.unconfirmed_due()",
    [],
  );
  // At once: they are ours for 2 minutes, and a provider that hangs must not hold up the events of another.
  const answers = await Promise.allSettled(due.map(ask));
  const failed = answers.find((answer) => answer.status === "rejected");
  if (failed) throw failed.reason;
  return answers.filter((answer) => answer.status === "fulfilled" && answer.value).length;

  /** Whether it is confirmed. */
  async function ask(event: UnconfirmedEvent): Promise<boolean> {
    const refusal = await confirm(event).catch((error) => ({ reason: (error as Error).message, isOver: false }));
    if (refusal === null) return true;
    const { reason, isOver } = refusal;
    log("warn", "an event is still not confirmed", { event: event.id, provider: event.provider, reason, isOver });
    // A provider that was interrupted said nothing: no attempt. Another courier takes the event after the 2 minutes.
    if (!ending.aborted)
      await database.query("select inbox.still_unconfirmed($1::uuid, $2, $3::boolean)", [event.id, reason, isOver]);
    return false;
  }

  /** Null when the event is confirmed, else why not, and whether it need not be asked about again. */
  async function confirm(unconfirmed: UnconfirmedEvent): Promise<{ reason: string; isOver: boolean } | null> {
    const { body, provider_event_id } = unconfirmed;
    const provider = await PROVIDERS[unconfirmed.provider]?.webhook();
    const event = provider && parseBody(provider, body);
    if (!provider?.confirm || !event) return { reason: "No provider's API can confirm it.", isOver: false };
    const signal = timeoutSignal(CONFIRM_TIMEOUT_MS, ending);
    const answer = await provider.confirm(event.value, env, signal);
    if (answer.outcome === "unanswered") return { reason: answer.why, isOver: false };
    if (answer.outcome === "unknown") return { reason: answer.refusal.detail, isOver: false };
    // The provider's answer is received in any case. It replaces this event only when it is the same event.
    const webhook = { provider, headers: new Headers(unconfirmed.headers), body, env };
    await takeTransmissionOf(provider, webhook.headers, body, database);
    const received = await readConfirmed(webhook, answer);
    await inbox.receive(received);
    if (received.provider_event_id === provider_event_id) return null;
    const reason = `The provider now answers with another event: ${received.provider_event_id}.`;
    return { reason, isOver: !isUnderWay(received.facts) };
  }
}

/** Whether the event may still come: the payment is on its way, or what the provider answered could not be read. */
const isUnderWay = (facts: Fact[] | null) =>
  facts?.some(({ type }) => type === "payment.created" || type === "payment.pending") ?? true;
