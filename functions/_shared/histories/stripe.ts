/** What happened at Stripe: the events that no endpoint has taken, and how a payment or a checkout stands. */
import type Stripe from "stripe";
import { openStripe } from "../apis/stripe.ts";
import type { History, Told } from "../history.ts";

/** Stripe keeps events for 30 days (docs.stripe.com/api/events). */
const KEPT = 30 * 86_400_000;

export const stripeHistory: History = {
  needs: ["STRIPE_API_KEY"],
  lists: "events",

  async *happened(env, since, until, signal) {
    const from = new Date(Math.max(since.getTime(), Date.now() - KEPT));
    if (from > until) return;
    const stripe = await openStripe(env, signal);
    for await (const page of stripe.undeliveredEvents(from, until)) yield page.map((event) => ({ text: JSON.stringify(event) }));
  },

  async standing(env, { ref }, signal) {
    const stripe = await openStripe(env, signal);
    if (ref.startsWith("cs_")) {
      const session = await stripe.checkoutSession(ref);
      return session && told(`${session.status}:${session.payment_status}`, checkoutEvent(session), session);
    }
    const intent = await stripe.paymentIntent(ref);
    return intent && told(intent.status, paymentEvent(intent), intent);
  },
};

/** What a webhook would say of an object that stands so. Events are what happened; this is what was found, now. */
function told(status: string, type: string, object: { id: string; livemode: boolean }): Told {
  return {
    text: JSON.stringify({
      id: `confirmed:${object.id}:${status}`,
      object: "event",
      type,
      created: Math.floor(Date.now() / 1000),
      livemode: object.livemode,
      data: { object },
    }),
  };
}

/** Types that nothing is done about where there is nothing to tell: the buyer is not done yet. */
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
