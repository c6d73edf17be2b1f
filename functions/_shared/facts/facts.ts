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

/**
 * What each fact of a payment's life carries. `provider_ref` is the same in all of them. What follows the dot in its `type` is a word of
 * the SQL type public.payment_status: commerce.apply_payment takes the status from there.
 */
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
  /** The membership whose bill it pays, where the provider says: such a payment needs no checkout. */
  membership_ref: ref.nullable().optional(),
  /** What it buys, when it buys credits at the provider's own shop: such a payment needs no checkout either. */
  credits: z
    .strictObject({ pack_ref: ref, credits: z.int().positive().max(1_000_000_000) })
    .nullable()
    .optional(),
};

/** It was begun, and nothing paid yet. */
export const paymentCreated = z.strictObject({ type: z.literal("payment.created"), ...payment });
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

/**
 * The buyer agreed to pay, and the provider waits for us to take the money (PayPal: an approved order). The courier takes it, once.
 * `provider_ref` is the provider's id of what was approved; the payment itself will have another.
 */
export const paymentApproved = z.strictObject({
  type: z.literal("payment.approved"),
  occurred_at: time,
  provider_ref: ref,
  checkout_session_id: z.guid().nullable(),
  amount_minor: minor,
  currency,
});

/** The provider's checkout was called off, or an approval taken back, before any money moved. */
export const checkoutCancelled = z.strictObject({
  type: z.literal("checkout.cancelled"),
  occurred_at: time,
  /** The provider's id of its checkout; the same as that of its `payment.approved`. */
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

const email = z.string().max(320);
const words = z.string().max(2000);

/**
 * A meeting was recorded. Its parts (summary, transcript, action items) may come in several events, in any order:
 * null says nothing about a part, and the latest by `occurred_at` wins, part by part.
 */
export const meetingRecorded = z.strictObject({
  type: z.literal("meeting.recorded"),
  occurred_at: time,
  /** The provider's id of the recording. */
  provider_ref: ref,
  title: z.string().max(500),
  url: words.nullable(),
  share_url: words.nullable(),
  scheduled_start_at: time.nullable(),
  scheduled_end_at: time.nullable(),
  started_at: time,
  ended_at: time.nullable(),
  language: z.string().max(50).nullable(),
  /** Everybody known to have been there or invited, who recorded it first; `email` in lower case. */
  people: z.array(z.strictObject({ name: z.string().max(500).nullable(), email: email.nullable() })).max(1000),
  summary_markdown: z.string().max(200_000).nullable(),
  action_items: z
    .array(
      z.strictObject({
        description: z.string().max(10_000),
        completed: z.boolean(),
        assignee_name: z.string().max(500).nullable(),
        assignee_email: email.nullable(),
        /** Where in the recording, in seconds from its start. */
        at_seconds: z.int().min(0).nullable(),
        url: words.nullable(),
      }),
    )
    .max(1000)
    .nullable(),
  transcript: z
    .array(
      z.strictObject({
        speaker: z.string().max(500).nullable(),
        email: email.nullable(),
        text: z.string().max(100_000),
        at_seconds: z.int().min(0).nullable(),
      }),
    )
    .max(200_000)
    .nullable(),
});

const sku = z.string().min(1).max(255);
/** Grows with each write of one thing. Far below what JavaScript counts exactly, so that it can go on growing. */
const version = z.int().positive().max(1_000_000_000_000_000);
const quantity = z.int().min(-1_000_000_000).max(1_000_000_000);

/** What the inventory system says of a product, with the version that makes it. What is left out says nothing. */
export const productSet = z.strictObject({
  type: z.literal("product.set"),
  occurred_at: time,
  /** The sku. */
  provider_ref: ref,
  sku,
  version,
  name: z.string().min(1).max(500).optional(),
  description: z.string().max(10_000).nullable().optional(),
  /** Both or none. */
  price_minor: minor.optional(),
  currency: currency.optional(),
  active: z.boolean().optional(),
});

/** How many of a product can be sold, by a count of the inventory system's. `version` is that of the stock. */
export const stockSet = z.strictObject({
  type: z.literal("stock.set"),
  occurred_at: time,
  provider_ref: ref,
  sku,
  version,
  stock: quantity.min(0),
});

/** The inventory system took some of a product in (more than 0) or out (less). */
export const stockMoved = z.strictObject({
  type: z.literal("stock.moved"),
  occurred_at: time,
  /** The movement's own id there: it counts once. */
  provider_ref: ref,
  sku,
  change: quantity.refine((change) => change !== 0, "not 0"),
  reason: z.string().max(2000).nullable(),
});

/** An appointment was changed in the calendar. Null says nothing of a part; the latest by `occurred_at` wins, part by part. */
export const calendarChanged = z.strictObject({
  type: z.literal("calendar.changed"),
  occurred_at: time,
  /** The calendar's id of the appointment. */
  provider_ref: ref,
  /** Which of ours it is: one of these, or neither: then the one with that id of the calendar's. */
  session_id: z.guid().nullable(),
  appointment_id: z.guid().nullable(),
  /** Both or none. */
  starts_at: time.nullable(),
  ends_at: time.nullable(),
  status: z.enum(["confirmed", "cancelled"]).nullable(),
  meet_link: words.nullable(),
});

/** An e-mail answered a student's question, or went on with a support ticket. */
export const replyReceived = z.strictObject({
  type: z.literal("reply.received"),
  /** Null: when it came. */
  occurred_at: time.nullable(),
  /** The id of the reply: it counts once. */
  provider_ref: ref,
  /** One of the two. */
  question_id: z.guid().nullable(),
  ticket_id: z.guid().nullable(),
  /** In lower case. A From line: it proves nothing. */
  from: email,
  /** Of the e-mail it answers (learning.reply_token). */
  token: z.string().min(1).max(255).nullable(),
  /** Whether the receiving mail server found it to be from that address (DKIM or DMARC). */
  authenticated: z.boolean(),
  body: z.string().min(1).max(20_000),
});

/** A form of somebody else's was filled in. */
export const formSubmitted = z.strictObject({
  type: z.literal("form.submitted"),
  occurred_at: time.nullable(),
  /** The id of the submission: it counts once. */
  provider_ref: ref,
  form: z.string().min(1).max(200),
  email: email.nullable(),
  name: z.string().max(200).nullable(),
  fields: z.record(z.string(), z.unknown()),
});

export const fact = z.discriminatedUnion("type", [
  paymentCreated,
  paymentPending,
  paymentCaptured,
  paymentFailed,
  paymentCancelled,
  paymentExpired,
  paymentRefunded,
  paymentApproved,
  checkoutCancelled,
  checkoutExpired,
  refundUpdated,
  disputeUpdated,
  customerUpdated,
  productUpdated,
  membershipUpdated,
  membershipBilled,
  meetingRecorded,
  productSet,
  stockSet,
  stockMoved,
  calendarChanged,
  replyReceived,
  formSubmitted,
]);

export type Fact = z.infer<typeof fact>;

/** The facts as the vocabulary has them. Throws an Error that names what is not as it should be. */
export function checked(facts: Fact[]): Fact[] {
  return facts.map((one) => {
    const { data, error } = fact.safeParse(one);
    if (data) return data;
    throw new Error(
      `${one.type}: ${error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`,
    );
  });
}
