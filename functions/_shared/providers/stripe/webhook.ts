/**
 * Stripe's webhooks: the signature, the envelope, and what each event says.
 *
 * A payload has the shape of the API version of the endpoint it is sent to, not of any SDK (docs.stripe.com/webhooks,
 * "API versioning"): where versions differ, several places are read. Sources are named where Stripe surprises;
 * `Disputes.d.ts` and the like are in stripe@23.1.0.
 */
import type Stripe from "stripe";
import { constantTimeEqual, fromHex, hmacSha256, secretsFrom } from "../../crypto/signature.ts";
import { clockRefusal, refuse, secretNotConfigured, type Verdict, type WebhookRequest } from "../../crypto/verdict.ts";
import type { Fact } from "../../facts/facts.ts";
import {
  checkoutId,
  currency,
  flag,
  id,
  Json,
  minor,
  object,
  oneOf,
  reference,
  text,
  translated,
  unixTime,
} from "../../facts/json_reader.ts";
import type { WebhookProvider } from "../webhook_provider.ts";

export const stripe = {
  name: "stripe",
  keptHeaders: ["stripe-signature"],

  async verify({ headers, body, now, env }: WebhookRequest): Promise<Verdict> {
    const secrets = secretsFrom(env, "STRIPE_WEBHOOK_SECRET");
    if (secrets.length === 0) {
      return secretNotConfigured(
        "STRIPE_WEBHOOK_SECRET",
        "the signing secret (whsec_…) that the dashboard shows for this endpoint",
      );
    }
    const header = headers.get("stripe-signature");
    if (!header)
      return refuse(
        "signature_missing",
        "There is no Stripe-Signature header. Every webhook call of Stripe's carries one.",
      );

    const signed = parseHeader(header);
    if (!signed) {
      return refuse(
        "signature_malformed",
        "The Stripe-Signature header is not t=<unix seconds>,v1=<64 hex digits>. Was it changed on the way?",
      );
    }
    const digests = await Promise.all(secrets.map((secret) => hmacSha256(secret, signed.time, ".", body)));
    if (!digests.some((ours) => signed.digests.some((theirs) => constantTimeEqual(ours, theirs)))) {
      return refuse(
        "signature_wrong",
        `No secret in STRIPE_WEBHOOK_SECRET (there: ${secrets.length}) made this signature for this body. Check that it is this endpoint's own ` +
          "(test mode, live mode and the Stripe CLI each have another), and that nothing on the way re-wrote the body.",
      );
    }
    return clockRefusal(Number(signed.time), now) ?? { authentic: true, trust: "signed" };
  },

  read(event: unknown) {
    const envelope = new Json(event);
    envelope.maybe(snapshot, "object");
    envelope.get(object, "data.object");
    return {
      id: envelope.get(id, "id"),
      type: envelope.get(id, "type"),
      occurredAt: envelope.get(unixTime, "created"),
      subject: envelope.maybe(id, "data.object.id"), // a balance or an upcoming invoice has none
    };
  },

  translate(event: unknown): Fact[] {
    const envelope = new Json(event);
    const type = envelope.get(id, "type");
    if (!isKnown(type)) return [];
    return translated(type, () => {
      const said = says[type](envelope.at("data.object"));
      return said ? [{ ...said, occurred_at: envelope.get(unixTime, "created") }] : [];
    });
  },
} satisfies WebhookProvider;

/** `t=…,v1=…[,v1=…][,v0=…]`: one v1 for each live secret; other schemes do not count (docs.stripe.com/webhooks, "Verify manually"). */
function parseHeader(header: string) {
  const values = (form: RegExp) => header.split(",").flatMap((item) => form.exec(item)?.[1] ?? []);
  const [time, ...more] = values(/^t=(\d{1,12})$/);
  const digests = values(/^v1=([0-9a-f]{64})$/).map((hex) => fromHex(hex)!);
  return time && more.length === 0 && digests.length > 0 ? { time, digests } : null;
}

const snapshot = {
  ...oneOf({ event: true }),
  name: '"event" (let the endpoint send snapshot payloads, not thin events)',
};

/** Our checkout session, where the object names one. What is not a uuid there is somebody else's note, and no error. */
const checkoutSession = (o: Json) => o.maybe(checkoutId, "metadata.checkout_session_id", "client_reference_id");

/** The words of a Stripe enum, so that a new SDK with a new word fails the type check here, and not an event at night. */
type Words<T> = T extends string ? (string extends T ? never : T) : never;

const hasPayment: Record<Words<Stripe.Checkout.Session["mode"]>, boolean> = {
  payment: true,
  subscription: false,
  setup: false,
};

/** A completed session need not be paid: a bank debit takes days, and ends in async_payment_… (docs.stripe.com/checkout/fulfillment). */
const completedAs: Record<Words<Stripe.Checkout.Session["payment_status"]>, "payment.captured" | "payment.pending"> = {
  paid: "payment.captured",
  no_payment_required: "payment.captured", // a total of 0
  unpaid: "payment.pending",
};

type Status<T extends Fact["type"]> = Extract<Fact, { type: T; status: string }>["status"];

const refundStatus: Record<string, Status<"refund.updated">> = {
  pending: "pending",
  requires_action: "pending",
  succeeded: "succeeded",
  failed: "failed",
  canceled: "cancelled",
};

/** `warning_…` is an inquiry: not a chargeback yet, but to be answered like one. */
const disputeStatus: Record<Words<Stripe.Dispute["status"]> | "charge_refunded", Status<"dispute.updated">> = {
  warning_needs_response: "needs_response",
  needs_response: "needs_response",
  appeal_needs_response: "needs_response",
  warning_under_review: "under_review",
  under_review: "under_review",
  appeal_under_review: "under_review",
  won: "won",
  lost: "lost",
  warning_closed: "closed",
  prevented: "closed", // settled before it became a chargeback
  charge_refunded: "closed", // older API versions
};

const subscriptionStatus: Record<Words<Stripe.Subscription["status"]>, Status<"membership.updated">> = {
  incomplete: "incomplete",
  incomplete_expired: "expired",
  trialing: "trialing",
  active: "active",
  past_due: "past_due",
  unpaid: "past_due", // retries are used up; what is owed is still owed
  paused: "paused",
  canceled: "cancelled",
};

/** What one type of event says, from its `data.object` (always `o` here); all facts also have the time of the event. */
type Says = (o: Json) => Timeless<Fact> | null;
type Timeless<F> = F extends Fact ? Omit<F, "occurred_at"> : never;

/** What all payment facts share, from a Checkout Session or a PaymentIntent. A session that needs no payment has no intent. */
const payment = (o: Json, amount: string) => ({
  provider_ref: o.get(reference, "payment_intent", "id"),
  checkout_session_id: checkoutSession(o),
  amount_minor: o.get(minor, amount),
  currency: o.get(currency, "currency"),
  customer_ref: o.maybe(reference, "customer"),
  email: o.maybe(text(320), "customer_details.email", "customer_email", "receipt_email"),
});

const pays =
  (type: "payment.captured" | "payment.pending" | "payment.cancelled", amount: string): Says =>
  (o) => ({ type, ...payment(o, amount) });

/** Codes that Stripe asks not to show to the buyer, who reads his own payments (docs.stripe.com/declines/codes). The event's body keeps them. */
const UNSAID = new Set([
  "fraudulent",
  "lost_card",
  "merchant_blacklist",
  "pickup_card",
  "restricted_card",
  "security_violation",
  "stolen_card",
]);
const saidToBuyer = (code: string | null) => (code !== null && UNSAID.has(code) ? "generic_decline" : code);

/** Not final: the same intent may still succeed (PaymentIntents.d.ts, `last_payment_error`). The decline code says more than `card_declined`. */
const fails =
  (amount: string): Says =>
  (o) => ({
    type: "payment.failed",
    ...payment(o, amount),
    failure_code: saidToBuyer(o.maybe(text(255), "last_payment_error.decline_code", "last_payment_error.code")),
    failure_message: o.maybe(text(2000), "last_payment_error.message"),
  });

/** A session that sets up a card or a subscription takes no payment of its own: its invoices do. */
const ifPayment =
  (then: Says): Says =>
  (o) =>
    o.get(oneOf(hasPayment), "mode") ? then(o) : null;

const checkoutExpired: Says = (o) => ({
  type: "checkout.expired",
  provider_ref: o.get(id, "id"),
  checkout_session_id: checkoutSession(o),
});

/**
 * `amount_refunded` counts up over all refunds, and also counts an authorization that was never captured and is let go,
 * in whole or in part (woocommerce-gateway-stripe issues 495 and 1073): that money never came, so it does not go back.
 */
const chargeRefunded: Says = (o) => {
  const amount = o.get(minor, "amount");
  const captured = o.maybe(flag, "captured") === false ? 0 : (o.maybe(minor, "amount_captured") ?? amount);
  const refunded_minor = o.get(minor, "amount_refunded") - Math.max(0, amount - captured);
  if (refunded_minor <= 0) return null;
  return {
    type: "payment.refunded",
    payment_ref: o.get(reference, "payment_intent", "id"),
    refunded_minor,
    currency: o.get(currency, "currency"),
  };
};

/** What a refund and a dispute share. Payments from before PaymentIntents are known by their charge. */
const moneyBack = (o: Json) => ({
  provider_ref: o.get(id, "id"),
  payment_ref: o.get(reference, "payment_intent", "charge"),
  amount_minor: o.get(minor, "amount"),
  currency: o.get(currency, "currency"),
});

const refund: Says = (o) => ({
  type: "refund.updated",
  ...moneyBack(o),
  status: o.get(oneOf(refundStatus), "status"),
  reason: o.maybe(text(2000), "failure_reason", "reason"),
});

const dispute: Says = (o) => ({
  type: "dispute.updated",
  ...moneyBack(o),
  status: o.get(oneOf(disputeStatus), "status"),
  reason: o.maybe(text(2000), "reason"),
  evidence_due_at: o.maybe(unixTime, "evidence_details.due_by"), // 0 where no answer is possible (Disputes.d.ts)
});

const customer: Says = (o) => ({
  type: "customer.updated",
  provider_ref: o.get(id, "id"),
  email: o.maybe(text(320), "email"),
  name: o.maybe(text(500), "name"),
  phone: o.maybe(text(100), "phone"),
});

/** A deleted product comes as it was last, perhaps still active. */
const product =
  (deleted = false): Says =>
  (o) => ({
    type: "product.updated",
    provider_ref: o.get(id, "id"),
    sku: o.maybe(text(255), "metadata.sku"),
    name: o.get(text(500), "name"),
    description: o.maybe(text(10_000), "description"),
    active: o.get(flag, "active") && !deleted,
  });

/** The periods moved from the subscription to its items in 2025-03-31.basil. */
const membership: Says = (o) => {
  const current_period_end = o.maybe(unixTime, "current_period_end", "items.data.0.current_period_end");
  const endsAt = o.maybe(unixTime, "cancel_at");
  return {
    type: "membership.updated",
    provider_ref: o.get(id, "id"),
    customer_ref: o.maybe(reference, "customer"),
    email: null,
    product_ref: o.maybe(reference, "items.data.0.price.product", "items.data.0.plan.product", "plan.product", "plan"),
    status: o.get(oneOf(subscriptionStatus), "status"),
    current_period_start: o.maybe(unixTime, "current_period_start", "items.data.0.current_period_start"),
    current_period_end,
    // With flexible billing the customer portal sets only `cancel_at`, to the end of the period (stripe-node issue 2470).
    cancel_at_period_end:
      o.maybe(flag, "cancel_at_period_end") === true ||
      (endsAt !== null && current_period_end !== null && endsAt <= current_period_end),
  };
};

/** An invoice names its subscription under `parent` since 2025-03-31.basil, and no longer the payment that paid it. */
const billed =
  (outcome: "paid" | "failed", amount: string): Says =>
  (o) => {
    const provider_ref = o.maybe(reference, "subscription", "parent.subscription_details.subscription");
    if (provider_ref === null) return null;
    return {
      type: "membership.billed",
      provider_ref,
      invoice_ref: o.get(id, "id"),
      payment_ref: o.maybe(reference, "payment_intent", "charge"),
      outcome,
      amount_minor: o.get(minor, amount),
      currency: o.get(currency, "currency"),
    };
  };

const says = {
  "checkout.session.completed": ifPayment((o) => pays(o.get(oneOf(completedAs), "payment_status"), "amount_total")(o)),
  "checkout.session.async_payment_succeeded": ifPayment(pays("payment.captured", "amount_total")),
  "checkout.session.async_payment_failed": ifPayment(fails("amount_total")),
  "checkout.session.expired": checkoutExpired,
  "payment_intent.processing": pays("payment.pending", "amount"),
  "payment_intent.succeeded": pays("payment.captured", "amount_received"),
  "payment_intent.payment_failed": fails("amount"),
  "payment_intent.canceled": pays("payment.cancelled", "amount"),
  "charge.refunded": chargeRefunded,
  "charge.refund.updated": refund, // what refund.updated was called before
  "refund.created": refund,
  "refund.updated": refund,
  "refund.failed": refund,
  "charge.dispute.created": dispute,
  "charge.dispute.updated": dispute,
  "charge.dispute.closed": dispute,
  "charge.dispute.funds_withdrawn": dispute,
  "charge.dispute.funds_reinstated": dispute,
  "customer.created": customer,
  "customer.updated": customer,
  "product.created": product(),
  "product.updated": product(),
  "product.deleted": product(true),
  "customer.subscription.created": membership,
  "customer.subscription.updated": membership,
  "customer.subscription.deleted": membership,
  "customer.subscription.paused": membership,
  "customer.subscription.resumed": membership,
  "customer.subscription.trial_will_end": membership,
  "customer.subscription.pending_update_applied": membership,
  "customer.subscription.pending_update_expired": membership,
  "invoice.paid": billed("paid", "amount_paid"),
  "invoice.payment_succeeded": billed("paid", "amount_paid"),
  "invoice.payment_failed": billed("failed", "amount_due"),
} satisfies { [Type in Stripe.Event["type"]]?: Says };

function isKnown(type: string): type is keyof typeof says {
  return Object.hasOwn(says, type);
}
