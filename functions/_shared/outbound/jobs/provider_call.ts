/** What the Workers share that ask a provider to do something: what must be set, what an error means, and how what it told is received. */

import type { ApiError } from "../../http/api_client.ts";
import { openInbox, type ReceivedEvent } from "../../inbound/inbox.ts";
import { parse, readEvent } from "../../inbound/webhook_handler.ts";
import type { Environment } from "../../platform/environment.ts";
import type { Runtime } from "../../platform/runtime.ts";
import type { ProviderMessage } from "../../providers/provider_history.ts";
import { PROVIDERS } from "../../providers/registry.ts";
import { type AttemptOutcome, NotConfigured } from "../adapter.ts";

/** @throws Unsent naming the variables that are not set. */
export function requireEnv(needs: readonly string[], env: Environment): void {
  const unset = needs.filter((name) => !env(name));
  if (unset.length > 0)
    throw new NotConfigured(`${unset.join(", ")} not set: that of the app, from the provider's dashboard.`);
}

/** What an error of the provider's API means for a delivery. @throws Unsent when it does not take the credentials. */
export function outcomeOf(error: ApiError, needs: readonly string[]): AttemptOutcome & { error: string } {
  const { status = null, body, retryAfterMs = null } = error.details;
  if (error.code === "unauthorized") {
    throw new NotConfigured(
      `${error.message}. Check ${needs.join(" and ")}, and that what is asked is of the same side, live or test.`,
    );
  }
  const answer = { status, retryAfterMs, ...(body !== undefined && { body }), error: error.message };
  // 409: another request of the same id is under way.
  return { ...answer, outcome: error.temporary || status === 409 ? "retry" : "refused" };
}

/** What a provider's API told, as an event: read like its webhook, and confirmed. */
export async function readTold(name: string, { text, headers }: ProviderMessage): Promise<ReceivedEvent> {
  const provider = await PROVIDERS[name]!.webhook();
  const event = parse(provider, text)?.value;
  return await readEvent({ provider, headers: new Headers(headers), body: text, trust: "confirmed", event });
}

/** Receives what a provider's API told: it is known even if no webhook ever comes. Returns the event's id. */
export async function receiveTold({ database }: Runtime, name: string, told: ProviderMessage): Promise<string> {
  const event = await readTold(name, told);
  await openInbox(database).receive(event);
  return event.provider_event_id;
}
