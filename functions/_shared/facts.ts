/**
 * The fact vocabulary: what an event says, in our words instead of a provider's.
 *
 * Every provider's `translate` makes these and nothing else; `sql/` applies them
 * (`inbox.apply_fact` dispatches on `type`). This file is the contract between the two:
 * a new fact needs a schema here and a branch there.
 *
 * Units: money is an integer in minor units plus an upper-case ISO 4217 code;
 * times are ISO 8601 in UTC. `…_ref` is the provider's own id of a thing.
 */
import { z } from "zod";

const ref = z.string().min(1).max(255);
const time = z.iso.datetime();
const minor = z.int().min(0);
const currency = z.string().regex(/^[A-Z]{3}$/, "an upper-case ISO 4217 code");

/** What each fact of a payment's life carries. `provider_ref` is the same in all of them. */
const payment = {
  occurred_at: time,
  /** The provider's id of the payment (Stripe: PaymentIntent, else Checkout Session or charge). */
  provider_ref: ref,
  /** Our checkout session, where the provider's object names one. */
  checkout_session_id: z.guid().nullable(),
  amount_minor: minor,
  currency,
  customer_ref: ref.nullable(),
  email: z.string().max(320).nullable(),
};

/** Money is on its way but not ours yet (a delayed method, a bank debit). */
export const paymentPending = z.strictObject({ type: z.literal("payment.pending"), ...payment });
/** The money is ours. `amount_minor` is what was really received. */
export const paymentCaptured = z.strictObject({ type: z.literal("payment.captured"), ...payment });
/** An attempt failed. Not final: the same payment may still be captured. */
export const paymentFailed = z.strictObject({
  type: z.literal("payment.failed"),
  ...payment,
  failure_code: z.string().max(255).nullable(),
  failure_message: z.string().max(2000).nullable(),
});
/** The payment was called off by us, the buyer or the provider. */
export const paymentCancelled = z.strictObject({ type: z.literal("payment.cancelled"), ...payment });
/** The time to pay ran out. */
export const paymentExpired = z.strictObject({ type: z.literal("payment.expired"), ...payment });

/** The provider's checkout page closed unpaid, with no payment to speak of. */
export const checkoutExpired = z.strictObject({
  type: z.literal("checkout.expired"),
  occurred_at: time,
  /** The provider's id of its checkout. */
  provider_ref: ref,
  checkout_session_id: z.guid().nullable(),
});

/** How much of a payment has gone back so far, all refunds together. Only ever grows. */
export const paymentRefunded = z.strictObject({
  type: z.literal("payment.refunded"),
  occurred_at: time,
  payment_ref: ref,
  refunded_minor: minor,
  currency,
});

/** One refund as it stands. A refund that `succeeded` may still turn `failed`. */
export const refundUpdated = z.strictObject({
  type: z.literal("refund.updated"),
  occurred_at: time,
  provider_ref: ref,
  payment_ref: ref,
  amount_minor: minor,
  currency,
  status: z.enum(["pending", "succeeded", "failed", "cancelled"]),
  reason: z.string().max(2000).nullable(),
});

/** One dispute (chargeback or inquiry) as it stands. */
export const disputeUpdated = z.strictObject({
  type: z.literal("dispute.updated"),
  occurred_at: time,
  provider_ref: ref,
  payment_ref: ref,
  amount_minor: minor,
  currency,
  status: z.enum(["needs_response", "under_review", "won", "lost", "closed"]),
  reason: z.string().max(2000).nullable(),
  evidence_due_at: time.nullable(),
});

/** A customer record at the provider as it stands. The newest by `occurred_at` wins. */
export const customerUpdated = z.strictObject({
  type: z.literal("customer.updated"),
  occurred_at: time,
  provider_ref: ref,
  email: z.string().max(320).nullable(),
  name: z.string().max(500).nullable(),
  phone: z.string().max(100).nullable(),
});

/** A catalogue entry at the provider as it stands; applied to our product of that `sku`. */
export const productUpdated = z.strictObject({
  type: z.literal("product.updated"),
  occurred_at: time,
  provider_ref: ref,
  /** Our sku, where the provider's object names one. */
  sku: z.string().max(255).nullable(),
  name: z.string().min(1).max(500),
  description: z.string().max(10_000).nullable(),
  active: z.boolean(),
});

/** A subscription or membership as it stands. */
export const membershipUpdated = z.strictObject({
  type: z.literal("membership.updated"),
  occurred_at: time,
  provider_ref: ref,
  customer_ref: ref.nullable(),
  email: z.string().max(320).nullable(),
  /** The provider's id of what the membership is for (a price, plan or product). */
  product_ref: ref.nullable(),
  status: z.enum(["incomplete", "trialing", "active", "past_due", "paused", "cancelled", "expired"]),
  current_period_start: time.nullable(),
  current_period_end: time.nullable(),
  cancel_at_period_end: z.boolean(),
});

/** A periodic bill of a membership was paid, or could not be collected. */
export const membershipBilled = z.strictObject({
  type: z.literal("membership.billed"),
  occurred_at: time,
  /** The membership. */
  provider_ref: ref,
  invoice_ref: ref,
  /** The payment that paid it, where the provider says. */
  payment_ref: ref.nullable(),
  outcome: z.enum(["paid", "failed"]),
  amount_minor: minor,
  currency,
});

export const fact = z.discriminatedUnion("type", [
  paymentPending,
  paymentCaptured,
  paymentFailed,
  paymentCancelled,
  paymentExpired,
  paymentRefunded,
  checkoutExpired,
  refundUpdated,
  disputeUpdated,
  customerUpdated,
  productUpdated,
  membershipUpdated,
  membershipBilled,
]);

export type Fact = z.infer<typeof fact>;
