/**
 * What happened at Stripe: the events that were delivered to no endpoint, and the status of a payment or a checkout.
 */
import type Stripe from "stripe";
import { messageOf, type ProviderHistory } from "../provider_history.ts";
import { asEvent, openStripe, STRIPE_REQUIRED_ENV } from "./api.ts";

/** Stripe keeps events for 30 days (docs.stripe.com/api/events). */
const KEPT_MS = 30 * 86_400_000;

export const stripeHistory: ProviderHistory = {
  requiredEnv: STRIPE_REQUIRED_ENV,
  listKind: "events",

  async *listSince(env, since, until, signal) {
    const from = new Date(Math.max(since.getTime(), Date.now() - KEPT_MS));
    if (from > until) return;
    const stripe = openStripe(env, signal);
    for await (const page of stripe.undeliveredEvents(from, until)) yield page.map(messageOf);
  },

  async getStatus(env, { kind, ref }, signal) {
    const stripe = openStripe(env, signal);
    if (kind in OBJECT_EVENTS) {
      const object = await stripe.object(kind as keyof typeof OBJECT_EVENTS, ref);
      // Asked again, it is another message: what it says of the object is of another time.
      return object && asEvent(OBJECT_EVENTS[kind as keyof typeof OBJECT_EVENTS], String(Date.now()), object);
    }
    if (ref.startsWith("cs_")) {
      const session = await stripe.checkoutSession(ref);
      return session && asEvent(checkoutEvent(session), `${session.status}:${session.payment_status}`, session);
    }
    const intent = await stripe.paymentIntent(ref);
    return intent && asEvent(paymentEvent(intent), intent.status, intent);
  },
};

/** The event that says how an object is. */
const OBJECT_EVENTS = {
  membership: "customer.subscription.updated",
  customer: "customer.updated",
  product: "product.updated",
  dispute: "charge.dispute.updated",
} as const;

/** The event of a payment in this status. While its buyer is not done yet, one of a type that nothing is done about. */
function paymentEvent({ status, last_payment_error }: Stripe.PaymentIntent): string {
  switch (status) {
    case "succeeded":
    case "processing":
    case "canceled":
      return `payment_intent.${status}`;
    case "requires_payment_method":
      return last_payment_error ? "payment_intent.payment_failed" : "payment_intent.created";
    default:
      return "payment_intent.created";
  }
}

function checkoutEvent({ status }: Stripe.Checkout.Session): string {
  return status === "complete" ? "checkout.session.completed" : `checkout.session.${status ?? "open"}`;
}
