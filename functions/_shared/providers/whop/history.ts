/**
 * What happened at Whop, from its lists of payments and memberships, and how one payment, membership or dispute is.
 * Whop gives up on a webhook after some 70 seconds, so that without this a short outage here would lose events.
 */

import { messageOf, type ProviderHistory, type ProviderMessage } from "../provider_history.ts";
import { openWhop, WHOP_REQUIRED_ENV, type WhopObject } from "./api.ts";

export const whopHistory: ProviderHistory = {
  requiredEnv: WHOP_REQUIRED_ENV,
  listKind: "objects",

  async *listSince(env, since, until, signal) {
    const whop = openWhop(env);
    // Payments first: they matter most, and there may be many memberships. Whop's `updated_after` may exclude the
    // moment itself.
    for await (const page of whop.payments(new Date(since.getTime() - 1000), until, signal)) {
      yield page
        .filter((payment) => changedFrom(since, payment))
        .map((payment) => messageAbout(payment, eventOf(payment)));
    }
    for await (const page of whop.memberships(until, signal)) {
      yield page
        .filter((membership) => changedFrom(since, membership))
        .map((membership) => messageAbout(membership, "membership.updated"));
    }
  },

  async getStatus(env, { kind, ref }, signal) {
    const whop = openWhop(env);
    switch (kind) {
      case "payment": {
        const payment = await whop.one("payments", ref, signal);
        return payment && messageAbout(payment, eventOf(payment));
      }
      case "membership":
        return asOfNow(await whop.one("memberships", ref, signal), "membership.updated");
      case "dispute":
        return asOfNow(await whop.one("disputes", ref, signal), "dispute.updated");
      default:
        return null; // nothing is approved at Whop before it is paid, and no event is about a customer or a product
    }
  },
};

/** Whether it may have changed since then; one that does not say when it changed may have. */
const changedFrom = (since: Date, { updatedAt }: WhopObject) =>
  updatedAt === null || Date.parse(updatedAt) >= since.getTime();

/** The type of the webhook that Whop sends about a payment in this state. */
function eventOf({ status, substatus }: WhopObject): string {
  if (status === "open" && substatus !== null && FAILED.has(substatus)) return "payment.failed";
  return EVENTS.get(status ?? "draft") ?? `payment.${status}`;
}

const EVENTS = new Map([
  ["draft", "payment.created"],
  ["open", "payment.created"],
  ["pending", "payment.pending"],
  ["unresolved", "payment.pending"],
  ["paid", "payment.succeeded"],
  ["void", "payment.failed"],
  ["uncollectible", "payment.failed"],
]);

/** Substatuses of an open payment whose last attempt failed; it may be tried again. */
const FAILED = new Set(["failed", "past_due", "canceled", "uncollectible", "price_too_low"]);

/** How an object is now. Asked again, it is another message: what it says is of another time. */
function asOfNow(found: WhopObject | null, type: string): ProviderMessage | null {
  if (!found) return null;
  const asOf = new Date().toISOString();
  const event = { id: `confirmed:${found.id}:${asOf}`, api_version: "v1", timestamp: asOf, type, data: found.value };
  return { ...messageOf(event), asOf };
}

/**
 * An object as the body of a webhook. Amounts are text by now, which is read like numbers. One state of an object has
 * one id.
 */
function messageAbout({ id, status, updatedAt, createdAt, value }: WhopObject, type: string): ProviderMessage {
  const timestamp = updatedAt ?? createdAt;
  return messageOf({ id: `confirmed:${id}:${status}:${timestamp}`, api_version: "v1", timestamp, type, data: value });
}
