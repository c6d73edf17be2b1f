/**
 * What an adapter is: how to hand one delivery to one kind of destination. One file each in `destinations/`,
 * named by `outbox.destinations.adapter`.
 */

import type { Environment } from "../platform/environment.ts";
import type { Runtime } from "../platform/runtime.ts";

/** One delivery, as `outbox.claim` hands it to the courier. */
export interface Delivery {
  delivery_id: string;
  /** Counts from 1. */
  attempt: number;
  message_id: string;
  type: string;
  destination: string;
  adapter: string;
  url: string | null;
  timeout_ms: number;
  /** Set when an inbound event is passed on. */
  provider: string | null;
  /** The exact text to send. */
  body: string;
  /** Set when a person asked for it to be sent once more. */
  replay_id: string | null;
}

/** What a receiver answered. */
export interface Answer {
  status: number;
  headers: Headers;
  body: string;
}

/** What an answer means; see outbox.record for what follows from it. */
export type Outcome = { outcome: "delivered" } | { outcome: "retry" | "refused" | "gone" | "cancelled"; error: string };

/** Hands a delivery over by one POST to the destination's address. */
export interface HttpAdapter {
  /** The headers of one attempt, signed with each of `secrets` at `now` (ms). @throws Unsent when something is not configured. */
  headers(delivery: Delivery, secrets: string[], env: Environment, now: number): Promise<Record<string, string>>;
  outcomeOf(answer: Answer): Outcome;
}

/** What a Worker did. The rest is for the log, as of an HTTP answer. */
export type AttemptOutcome = Outcome & { status?: number | null; body?: string; retryAfterMs?: number | null };

/** What a job is given of its delivery. */
export interface Job {
  /** The same on every attempt: a key by which a provider does the work once. */
  message_id: string;
  /** `data` of the message: a row that our own SQL wrote, so that a job believes its shape. */
  data: unknown;
}

/** Does what a delivery asks for itself, where one POST to one address would not do. */
export interface JobAdapter {
  /** `signal` ends it when the delivery's time is up. @throws NotConfigured when something is not set; anything else is tried again. */
  run(job: Job, runtime: Runtime, signal: AbortSignal): Promise<AttemptOutcome>;
}

export type Adapter = HttpAdapter | JobAdapter;

/** Nothing was sent, and why: the delivery waits, and uses up no attempt. */
export class NotConfigured extends Error {
  override name = "Unsent";
}

/** The function secret that belongs to a destination: `make` + `SIGNING_SECRET` → MAKE_SIGNING_SECRET. */
export function settingName(destination: string, what: string): string {
  return `${destination.toUpperCase()}_${what}`;
}

/** What most receivers mean by their answer. */
export function outcomeByStatus({ status }: Answer): Outcome {
  if (status >= 200 && status < 300) return { outcome: "delivered" };
  if (status === 410)
    return {
      outcome: "gone",
      error: "The receiver answered 410: it takes nothing here any more. Resume when it does.",
    };
  if (status >= 300 && status < 400)
    return {
      outcome: "retry",
      error: `The receiver redirects (${status}); redirects are not followed. Set its final address.`,
    };
  return { outcome: "retry", error: `The receiver answered ${status}.` };
}

/**
 * The word that a receiver of any kind may give beside its status, in the header `webhook-delivery` (as Svix has it): `abort-message`
 * or `disable`. Null: none that we know; then the status counts.
 */
export function deliveryDirective(headers: Headers): Outcome | null {
  const words = (headers.get("webhook-delivery") ?? "").toLowerCase().split(/[\s,;]+/);
  for (const word of words) {
    if (word === "abort-message")
      return {
        outcome: "refused",
        error: "The receiver answered webhook-delivery: abort-message: it will never take this message.",
      };
    if (word === "disable")
      return {
        outcome: "gone",
        error: "The receiver answered webhook-delivery: disable: it wants nothing more. Resume when it does.",
      };
  }
  return null;
}
