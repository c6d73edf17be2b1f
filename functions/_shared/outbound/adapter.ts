/**
 * What an adapter is: how to deliver to one kind of destination. One file each in `adapters/` (sends a POST) or `jobs/`
 * (does work of our own), listed in `adapter_registry.ts` under its name in `outbox.destinations.adapter`.
 */

import type { Environment } from "../platform/environment.ts";
import type { FunctionRow, Nullable, Text } from "../platform/rows.ts";
import type { Runtime } from "../platform/runtime.ts";

/**
 * One delivery, as `outbox.claim` returns it to the courier. `attempt` counts from 1; `body` is the exact text to send;
 * `provider` is set when an inbound event is forwarded, `replay_id` when an admin asked for a replay (outbox.replay).
 */
export type Delivery = Nullable<
  Text<FunctionRow<"outbox", "record_and_claim">, "delivery_id" | "replay_id">,
  "url" | "provider" | "replay_id"
>;

/** What a receiver answered. */
export interface Answer {
  status: number;
  headers: Headers;
  body: string;
}

/** What an attempt came to; docs/errors.md says what follows from each, outbox.record does it. */
export type Outcome =
  | { outcome: "delivered" }
  | { outcome: "retry" | "postponed" | "refused" | "gone" | "cancelled"; error: string };

/** Delivers by one POST to the destination's address. */
export interface HttpAdapter {
  /** The headers of one attempt, signed with each of `secrets` at `now` (ms). @throws NotConfigured */
  headers(delivery: Delivery, secrets: string[], env: Environment, now: number): Promise<Record<string, string>>;
  outcomeOf(answer: Answer): Outcome;
}

/** What a job or a POST came to. The optional fields are for outbox.attempts. */
export type AttemptOutcome = Outcome & { status?: number | null; body?: string; retryAfterMs?: number | null };

/** The part of a delivery that a job works on. */
export interface Job {
  /** The same on every attempt: an idempotency key for the provider. */
  message_id: string;
  /** `data` of the message: a row that our own SQL wrote, so its shape is not checked. */
  data: unknown;
}

/** Does the work of a delivery itself: work that is more than one POST to one address. */
export interface JobAdapter {
  /**
   * `signal` is aborted when the delivery's time is up. @throws NotConfigured; after any other error the delivery is
   * tried again.
   */
  run(job: Job, runtime: Runtime, signal: AbortSignal): Promise<AttemptOutcome>;
}

export type Adapter = HttpAdapter | JobAdapter;

/** Thrown when nothing can be sent until an admin sets something: the delivery waits, and uses up no attempt. */
export class NotConfigured extends Error {
  override name = "NotConfigured";
}

/** The name of a destination's function secret: `make` + `SIGNING_SECRET` → MAKE_SIGNING_SECRET. */
export function settingName(destination: string, what: string): string {
  return `${destination.toUpperCase()}_${what}`;
}

/** What the status of an answer means, by the rules that most receivers follow. */
export function outcomeByStatus({ status }: Answer): Outcome {
  if (status >= 200 && status < 300) return { outcome: "delivered" };
  if (status === 410)
    return {
      outcome: "gone",
      error: "The receiver answered 410: it accepts nothing here any more. Resume when it does again.",
    };
  if (status >= 300 && status < 400)
    return {
      outcome: "retry",
      error: `The receiver redirects (${status}); redirects are not followed. Set its final address.`,
    };
  return { outcome: "retry", error: `The receiver answered ${status}.` };
}

/**
 * What the header `webhook-delivery` of an answer says (Svix's convention): `abort-message` or `disable`. It overrides
 * the status. Null when it has neither; then the status counts.
 */
export function deliveryDirective(headers: Headers): Outcome | null {
  const directives = (headers.get("webhook-delivery") ?? "").toLowerCase().split(/[\s,;]+/);
  for (const directive of directives) {
    if (directive === "abort-message")
      return {
        outcome: "refused",
        error: "The receiver answered webhook-delivery: abort-message: it will never take this message.",
      };
    if (directive === "disable")
      return {
        outcome: "gone",
        error: "The receiver answered webhook-delivery: disable: it wants nothing more. Resume when it does again.",
      };
  }
  return null;
}
