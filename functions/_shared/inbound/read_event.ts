/**
 * Reads an authentic event: its envelope and its facts, ready to store. Pure but for a digest; the same for every
 * provider.
 */

import { sha256, toHex } from "../crypto/signature.ts";
import type { Fact } from "../facts/facts.ts";
import { type Fields, text, traced } from "../facts/json_reader.ts";
import type { Environment } from "../platform/environment.ts";
import type { Confirmation, Envelope, WebhookProvider } from "../providers/webhook_provider.ts";
import type { ReceivedEvent } from "./inbox.ts";
import type { Shape } from "./shapes.ts";

/** Error texts, cut and cleaned for Postgres. */
const ERROR_TEXT = text(2000);

/** A webhook as it arrived, before it is read. */
export interface WebhookParts {
  provider: WebhookProvider;
  headers: Headers;
  /** The raw body: archived. */
  body: string;
  /** Tells whether the event is ours; left out for what we asked the provider for ourselves. */
  env?: Environment;
}

const shapes = new WeakMap<ReceivedEvent, Shape>();

/** Which fields of an event `readEvent` read, and what it found there; undefined for an event without a type. */
export const shapeOf = (event: ReceivedEvent): Shape | undefined => shapes.get(event);

/** An authentic event, ready to store. An event that cannot be read is stored too, with the reason. */
export async function readEvent({
  provider,
  headers,
  body,
  trust,
  event,
  env,
  confirmation = null,
}: WebhookParts & {
  trust: ReceivedEvent["trust"];
  /** The value of the body or, where there is one, of the confirmation: what is read. */
  event: unknown;
  /** What the provider's API answered about it: archived. */
  confirmation?: string | null;
}): Promise<ReceivedEvent> {
  const stored = { provider: provider.name, trust, body, confirmation, headers: keep(headers, provider.keptHeaders) };
  const fields: Fields = {};
  try {
    const envelope = traced(fields, () => provider.read(event, headers));
    const { id, type, occurredAt, subject, version, account = null, livemode = null } = envelope;
    const not_ours = (env && provider.notOurs?.(envelope, env)) ?? null;
    const read: ReceivedEvent = {
      ...{ ...stored, provider_event_id: id, type, subject, occurred_at: occurredAt },
      ...{ account, livemode, not_ours, facts: null, error: null },
    };
    shapes.set(read, { provider: provider.name, version: version ?? "", type, fields });
    try {
      read.facts = await traced(fields, () => factsOf(provider, event, envelope));
    } catch (error) {
      read.error = reasonOf(error);
    }
    return read;
  } catch (error) {
    return {
      ...stored,
      ...{ provider_event_id: `sha256:${toHex(await sha256(body))}`, type: "unreadable" },
      ...{ subject: null, occurred_at: null, account: null, livemode: null, not_ours: null },
      ...{ facts: null, error: reasonOf(error) },
    };
  }
}

/**
 * An event that the provider's API confirmed: the API's answer is read, and the webhook's own body is archived beside
 * it.
 */
export async function readConfirmed(
  webhook: WebhookParts,
  { event, text }: Confirmation & { outcome: "confirmed" },
): Promise<ReceivedEvent> {
  return await readEvent({ ...webhook, trust: "confirmed", event, confirmation: text });
}

let vocabulary: Promise<typeof import("../facts/facts.ts")> | undefined;

/** The facts of an event, checked against the vocabulary. @throws Error naming the field that is missing or wrong */
export async function factsOf(provider: WebhookProvider, event: unknown, envelope: Envelope): Promise<Fact[]> {
  const facts = provider.translate(event, envelope);
  if (facts.length === 0) return facts;
  // Loaded when first needed, so that a cold start does not wait for it before the signature is checked.
  vocabulary ??= import("../facts/facts.ts");
  const { checked } = await vocabulary;
  return checked(facts);
}

/** Why something could not be read, as Postgres can store it. */
export function reasonOf(error: unknown): string {
  return ERROR_TEXT.read(error instanceof Error ? error.message : String(error)) ?? "no reason given";
}

/**
 * The body as a value; undefined when it is not JSON. A byte order mark before it is not part of it (RFC 8259, 8.1).
 */
export function parseBody(provider: WebhookProvider, text: string): { value: unknown } | undefined {
  try {
    return { value: (provider.parse ?? JSON.parse)(text.replace(/^\ufeff/, "")) };
  } catch {
    return undefined;
  }
}

function keep(headers: Headers, names: readonly string[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of [...names, "content-type", "user-agent"]) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value;
  }
  return kept;
}
