/**
 * Receives an answer of a provider's API as an event: read like a webhook, and confirmed, since we asked for it
 * ourselves.
 */
import type { Database } from "../platform/database.ts";
import type { ProviderMessage } from "../providers/provider_history.ts";
import { PROVIDERS } from "../providers/registry.ts";
import { openInbox, type ReceivedEvent } from "./inbox.ts";
import { readEvent } from "./read_event.ts";

/** A message of the provider `name`, ready to store. */
export async function readProviderMessage(
  name: string,
  { event, text, headers, asOf }: ProviderMessage,
): Promise<ReceivedEvent> {
  const provider = await PROVIDERS[name]!.webhook();
  const read = await readEvent({ provider, headers: new Headers(headers), body: text, trust: "confirmed", event });
  if (asOf === undefined) return read;
  const facts = read.facts?.map((fact) => ({ ...fact, occurred_at: asOf })) ?? null;
  return { ...read, occurred_at: asOf, facts };
}

/**
 * Stores a message of the provider `name`, so that it counts even if no webhook arrives. Returns the provider's id of
 * the event.
 * @throws DatabaseAway
 */
export async function receiveProviderMessage(
  database: Database,
  name: string,
  message: ProviderMessage,
): Promise<string> {
  const event = await readProviderMessage(name, message);
  await openInbox(database).receive(event);
  return event.provider_event_id;
}
