/**
 * The fact vocabulary: the meaning of an event in our terms, independent of the provider.
 *
 * Every provider's `translate` returns facts and nothing else; `sql/` applies them (`inbox.apply_fact` dispatches on
 * `type`). This file is the contract between the two: a new fact needs a schema here and a branch there.
 *
 * Units: money is an integer in minor units plus an upper-case ISO 4217 code; times are ISO 8601 in UTC. `…_ref` is the
 * provider's own id of an object.
 */
import { z } from "zod";

const ref = z.string().min(1).max(255);
const time = z.iso.datetime();
const minor = z.int().min(0);
/**
 * What orders facts of one moment: many providers count whole seconds. `previous`: those fields of the fact that this
 * change replaced, as they were. `is_last`: nothing follows it, the thing ended.
 */
const order = {
  previous: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .nullable()
    .optional(),
  is_last: z.boolean().optional(),
};
const currency = z.string().regex(/^[A-Z]{3}$/, "an upper-case ISO 4217 code");

const addressLine = z.string().max(200).nullable();
/** To whom and where the buyer wants it sent, as the provider's page asked: commerce.note_recipient. */
const recipient = {
  recipient: z
    .strictObject({
      address: z.strictObject({
        line1: addressLine,
        line2: addressLine,
        city: addressLine,
        region: addressLine,
        postal_code: addressLine,
        country: z.string().regex(/^[A-Z]{2}$/, "an upper-case ISO 3166-1 alpha-2 code"),
      }),
      name: addressLine,
      phone: z.string().max(40).nullable(),
    })
    .optional(),
};

/**
 * The fields of every fact about a payment's state. `provider_ref` is the same in all facts about one payment. The part
 * of `type` after the dot is a value of the SQL type public.payment_status: commerce.apply_payment takes the status
 * from it.
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
  /** The membership that this payment is for, if the provider names it: such a payment needs no checkout. */
  membership_ref: ref.nullable().optional(),
  /** The credits bought in the provider's own shop, if any: such a payment needs no checkout either. */
  credits: z
    .strictObject({ pack_ref: ref, credits: z.int().positive().max(1_000_000_000) })
    .nullable()
    .optional(),
  /** The provider's id of a whole that may be paid in several captures (PayPal: the order). */
  part_of: ref.nullable().optional(),
  /** Whether the provider says that no further part of it comes. */
  is_last_part: z.boolean().nullable().optional(),
  /**
   * How the amount came about, where the provider worked out tax, shipping or a discount: `subtotal_minor` is the
   * items' sum.
   */
  breakdown: z
    .strictObject({ subtotal_minor: minor, tax_minor: minor, shipping_minor: minor, discount_minor: minor })
    .nullable()
    .optional(),
  ...recipient,
};

/** The payment was created, and nothing is paid yet. */
export const paymentCreated = z.strictObject({ type: z.literal("payment.created"), ...payment });
/** The payment is under way, but the money is not received yet (a delayed payment method, a bank debit). */
export const paymentPending = z.strictObject({ type: z.literal("payment.pending"), ...payment });
/** The money is received. `amount_minor` is the amount received. */
export const paymentCaptured = z.strictObject({ type: z.literal("payment.captured"), ...payment });
/** An attempt failed. Not final: the same payment may still be captured. */
export const paymentFailed = z.strictObject({
  type: z.literal("payment.failed"),
  ...payment,
  failure_code: z.string().max(255).nullable(),
  failure_message: z.string().max(2000).nullable(),
});
/** The payment was cancelled by us, the buyer or the provider. */
export const paymentCancelled = z.strictObject({ type: z.literal("payment.cancelled"), ...payment });
/** The time to pay ran out. */
export const paymentExpired = z.strictObject({ type: z.literal("payment.expired"), ...payment });

/** The provider's checkout page expired unpaid, and there is no payment. */
export const checkoutExpired = z.strictObject({
  type: z.literal("checkout.expired"),
  occurred_at: time,
  /** The provider's id of its checkout. */
  provider_ref: ref,
  checkout_session_id: z.guid().nullable(),
});

/**
 * The buyer approved the payment, and the provider waits for us to capture it (PayPal: an approved order). The courier
 * captures it once. `provider_ref` is the provider's id of the approval; the payment itself has another id.
 */
export const paymentApproved = z.strictObject({
  type: z.literal("payment.approved"),
  occurred_at: time,
  provider_ref: ref,
  checkout_session_id: z.guid().nullable(),
  amount_minor: minor,
  currency,
  ...recipient,
});

/** The provider's checkout was cancelled, or an approval withdrawn, before any money moved. */
export const checkoutCancelled = z.strictObject({
  type: z.literal("checkout.cancelled"),
  occurred_at: time,
  /** The provider's id of its checkout; the same as that of its `payment.approved`. */
  provider_ref: ref,
  checkout_session_id: z.guid().nullable(),
});

/** The amount of a payment that is refunded so far, all refunds together. Never decreases. */
export const paymentRefunded = z.strictObject({
  type: z.literal("payment.refunded"),
  occurred_at: time,
  payment_ref: ref,
  refunded_minor: minor,
  currency,
});

/** The current state of one refund. A refund that `succeeded` may still become `failed`. */
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

/** The current state of one dispute (chargeback or inquiry). */
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
  ...order,
});

/** The current state of a customer record at the provider. The newest by `occurred_at` wins. */
export const customerUpdated = z.strictObject({
  type: z.literal("customer.updated"),
  occurred_at: time,
  provider_ref: ref,
  email: z.string().max(320).nullable(),
  name: z.string().max(500).nullable(),
  phone: z.string().max(100).nullable(),
  ...order,
});

/** The current state of a product at the provider; applied to our product with that `sku`. */
export const productUpdated = z.strictObject({
  type: z.literal("product.updated"),
  occurred_at: time,
  provider_ref: ref,
  /** Our SKU, where the provider's object names one. */
  sku: z.string().max(255).nullable(),
  name: z.string().min(1).max(500),
  description: z.string().max(10_000).nullable(),
  active: z.boolean(),
  ...order,
});

/** The current state of a subscription or membership. */
export const membershipUpdated = z.strictObject({
  type: z.literal("membership.updated"),
  occurred_at: time,
  provider_ref: ref,
  customer_ref: ref.nullable(),
  email: z.string().max(320).nullable(),
  /** The provider's id of the price, plan or product that the membership is for. */
  product_ref: ref.nullable(),
  status: z.enum(["incomplete", "trialing", "active", "past_due", "paused", "cancelled", "expired"]),
  current_period_start: time.nullable(),
  current_period_end: time.nullable(),
  cancel_at_period_end: z.boolean(),
  ...order,
});

/** An invoice of a membership was paid, or its payment failed. */
export const membershipBilled = z.strictObject({
  type: z.literal("membership.billed"),
  occurred_at: time,
  /** The membership. */
  provider_ref: ref,
  invoice_ref: ref,
  /** The payment of the invoice, if the provider names it. */
  payment_ref: ref.nullable(),
  outcome: z.enum(["paid", "failed"]),
  amount_minor: minor,
  currency,
});

/** A payment paid an invoice. Of which membership the invoice is, if of one, `membership.billed` says. */
export const invoicePaid = z.strictObject({
  type: z.literal("invoice.paid"),
  occurred_at: time,
  /** The invoice. */
  provider_ref: ref,
  payment_ref: ref,
  /** How much of the payment. */
  amount_minor: minor,
  currency,
});

const email = z.string().max(320);
const url = z.string().max(2000);

/**
 * A meeting was recorded. Its parts (summary, transcript, action items) may arrive in several events, in any order:
 * null leaves a part unchanged, and for each part the latest by `occurred_at` wins.
 */
export const meetingRecorded = z.strictObject({
  type: z.literal("meeting.recorded"),
  occurred_at: time,
  /** The provider's id of the recording. */
  provider_ref: ref,
  title: z.string().max(500),
  url: url.nullable(),
  share_url: url.nullable(),
  /** The link of the meeting itself, as its calendar event has it. */
  meeting_url: url.nullable(),
  scheduled_start_at: time.nullable(),
  scheduled_end_at: time.nullable(),
  started_at: time,
  ended_at: time.nullable(),
  language: z.string().max(50).nullable(),
  /** All known participants and invitees, the recorder first; `email` in lower case. */
  people: z.array(z.strictObject({ name: z.string().max(500).nullable(), email: email.nullable() })).max(1000),
  summary_markdown: z.string().max(200_000).nullable(),
  action_items: z
    .array(
      z.strictObject({
        description: z.string().max(10_000),
        completed: z.boolean(),
        assignee_name: z.string().max(500).nullable(),
        assignee_email: email.nullable(),
        /** Position in the recording, in seconds from its start. */
        at_seconds: z.int().min(0).nullable(),
        url: url.nullable(),
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
  /** Whether the transcript is there and empty; null where there is none. */
  nobody_spoke: z.boolean().nullable(),
});

const sku = z.string().min(1).max(255);
/**
 * Increases with each write of one object. The limit is well below 2^53, above which JavaScript does not represent
 * every integer.
 */
const version = z.int().positive().max(1_000_000_000_000_000);
const quantity = z.int().min(-1_000_000_000).max(1_000_000_000);

/** The inventory system set a product's data. `version` is that of the product. An absent field is left unchanged. */
export const productSet = z.strictObject({
  type: z.literal("product.set"),
  occurred_at: time,
  /** The SKU. */
  provider_ref: ref,
  sku,
  version,
  name: z.string().min(1).max(500).optional(),
  description: z.string().max(10_000).nullable().optional(),
  /** Price and currency: both or neither. */
  price_minor: minor.optional(),
  currency: currency.optional(),
  active: z.boolean().optional(),
});

/** The inventory system set how many units of a product can be sold. `version` is that of the stock. */
export const stockSet = z.strictObject({
  type: z.literal("stock.set"),
  occurred_at: time,
  provider_ref: ref,
  sku,
  version,
  stock: quantity.min(0),
});

/** The inventory system added units to a product's stock (`change` above 0) or removed them (below 0). */
export const stockMoved = z.strictObject({
  type: z.literal("stock.moved"),
  occurred_at: time,
  /** The inventory system's id of the movement, which is applied once. */
  provider_ref: ref,
  sku,
  change: quantity.refine((change) => change !== 0, "not 0"),
  reason: z.string().max(2000).nullable(),
});

/**
 * An appointment was changed in the calendar. Null leaves a part unchanged, and for each part the latest by
 * `occurred_at` wins.
 */
export const calendarChanged = z.strictObject({
  type: z.literal("calendar.changed"),
  occurred_at: time,
  /** The calendar's id of the appointment. */
  provider_ref: ref,
  /** Our session or appointment: at most one of the two. If neither is set, it is found by `provider_ref`. */
  session_id: z.guid().nullable(),
  appointment_id: z.guid().nullable(),
  /** Start and end: both or neither. */
  starts_at: time.nullable(),
  ends_at: time.nullable(),
  status: z.enum(["confirmed", "cancelled"]).nullable(),
  meet_link: url.nullable(),
});

/** An e-mail replied to a student's question or to a support ticket. */
export const replyReceived = z.strictObject({
  type: z.literal("reply.received"),
  /** Null: the time it was received. */
  occurred_at: time.nullable(),
  /** The id of the reply, which is applied once. */
  provider_ref: ref,
  /** The question or the ticket: exactly one of the two. */
  question_id: z.guid().nullable(),
  ticket_id: z.guid().nullable(),
  /** The From address in lower case. It is not proven: see `authenticated`. */
  from: email,
  /** The token of the e-mail that it replies to (learning.reply_token). */
  token: z.string().min(1).max(255).nullable(),
  /** Whether the receiving mail server verified the From address (DKIM or DMARC). */
  authenticated: z.boolean(),
  body: z.string().min(1).max(20_000),
});

/** An external form was submitted. */
export const formSubmitted = z.strictObject({
  type: z.literal("form.submitted"),
  /** Null: the time it was received. */
  occurred_at: time.nullable(),
  /** The id of the submission, which is applied once. */
  provider_ref: ref,
  form: z.string().min(1).max(200),
  email: email.nullable(),
  name: z.string().max(200).nullable(),
  fields: z.record(z.string(), z.unknown()),
});

/** Somebody wrote in a chat at the provider: a member, the staff, or we ourselves. */
export const chatPosted = z.strictObject({
  type: z.literal("chat.posted"),
  occurred_at: time,
  /** The message, which is stored once. */
  provider_ref: ref,
  channel_ref: ref,
  /** Whether only those in the channel read it: a direct message or a support channel. */
  private: z.boolean(),
  author_ref: ref.nullable(),
  author_name: z.string().max(500).nullable(),
  body: z.string().min(1).max(20_000),
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
  invoicePaid,
  meetingRecorded,
  productSet,
  stockSet,
  stockMoved,
  calendarChanged,
  replyReceived,
  formSubmitted,
  chatPosted,
]);

export type Fact = z.infer<typeof fact>;

/** Validates facts against the vocabulary. @throws Error that names the fact, the field and what is wrong with it. */
export function checked(facts: Fact[]): Fact[] {
  return facts.map((candidate) => {
    const { data, error } = fact.safeParse(candidate);
    if (data) return data;
    throw new Error(
      `${candidate.type}: ${error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`,
    );
  });
}
