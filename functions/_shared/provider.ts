/**
 * What a provider is: everything we know about one system's webhooks, in one file
 * (`providers/<name>.ts`) that fills in this interface. Pure: no I/O but the check.
 */
import type { Fact } from "./facts.ts";

/** Reads a function secret or setting; `undefined` or "" when it is not set. */
export type Environment = (name: string) => string | undefined;

/** One webhook request as it came, before anything is believed about it. */
export interface Incoming {
  headers: Headers;
  /** The raw body, byte for byte: all signatures are over these bytes. */
  body: Uint8Array<ArrayBuffer>;
  /** Now, in ms since the epoch; given so that a test can fix it. */
  now: number;
  env: Environment;
}

/** Why a request was turned away. `code` is stable and tells no secret; `detail` says what to do next. */
export interface Refusal {
  code: string;
  detail: string;
}

export type Verdict = { authentic: true; trust: "signed" | "confirmed" | "unconfirmed" } | { authentic: false; refusal: Refusal };

/** What every event has, whatever it says. */
export interface Envelope {
  /** The provider's id of the event: the key by which duplicates are dropped. */
  id: string;
  type: string;
  /** When it happened by the provider's clock, ISO 8601 UTC; null where it does not say. */
  occurredAt: string | null;
  /** The provider's id of the object the event is about: events of one subject are forwarded in order. */
  subject: string | null;
}

export interface Provider {
  /** Lower case; the name of the function, of the rows in `inbox.events`, and of `<NAME>_WEBHOOK_SECRET`. */
  name: string;
  /** Is this really from the provider? Never throws for anything a caller may send. */
  verify(incoming: Incoming): Promise<Verdict>;
  /** Reads the envelope of an authentic body. Throws an Error naming the field that is missing or odd. */
  read(event: unknown, headers: Headers): Envelope;
  /** What the event says. Empty: nothing we act on. Throws an Error naming the field that is missing or odd. */
  translate(event: unknown): Fact[];
  /** Request headers worth keeping with the event. Never one that holds a secret. */
  keepHeaders: readonly string[];
}
