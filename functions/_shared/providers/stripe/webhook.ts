/**
 * Stripe's webhooks: signature, envelope and translation of the events.
 *
 * A payload has the shape of the API version that its endpoint is set to, not that of an SDK (docs.stripe.com/webhooks,
 * "API versioning"): where versions differ, several paths are read. Sources are named for behaviour that is not
 * obvious; `Disputes.d.ts` and the like are files of stripe@23.1.0.
 */
import type Stripe from "stripe";
import { constantTimeEqual, fromHex, hmacSha256, secretsFrom } from "../../crypto/signature.ts";
import { clockRefusal, refuse, secretNotConfigured, type Verdict, type WebhookRequest } from "../../crypto/verdict.ts";
import type { Fact } from "../../facts/facts.ts";
import {
  checkoutId,
  countryCode,
  currency,
  flag,
  id,
  Json,
  type Kind,
  minor,
  object,
  oneOf,
  orNull,
  reference,
  text,
  translated,
  unixTime,
} from "../../facts/json_reader.ts";
import { before, isTold } from "../../facts/previous.ts";
import type { Environment } from "../../platform/environment.ts";
import type { Envelope, WebhookProvider } from "../webhook_provider.ts";

export const stripe = {
  name: "stripe",
  keptHeaders: ["stripe-signature"],
  isSigned: (headers: Headers) => headers.has("stripe-signature"),
  eventTypes: () => Object.keys(translators),

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
      return refuse("signature_missing", "There is no Stripe-Signature header. Every Stripe webhook has one.");

    const signed = parseHeader(header);
    if (!signed) {
      return refuse(
        "signature_malformed",
        "The Stripe-Signature header is not t=<unix seconds>,v1=<64 hex digits>. Check whether a proxy changes it.",
      );
    }
    const digests = await Promise.all(secrets.map((secret) => hmacSha256(secret, signed.time, ".", body)));
    if (!digests.some((digest) => signed.digests.some((received) => constantTimeEqual(digest, received)))) {
      return refuse(
        "signature_wrong",
        `None of the secrets in STRIPE_WEBHOOK_SECRET (${secrets.length} set) made this signature for this body. ` +
          "Check that it holds the secret of this endpoint (test mode, live mode and the Stripe CLI have " +
          "different ones), and that no proxy changes the body.",
      );
    }
    return clockRefusal(Number(signed.time), now) ?? { authentic: true, trust: "signed" };
  },

  read(event: unknown) {
    const envelope = new Json(event);
    envelope.maybe(snapshot, "object");
    return {
      id: envelope.get(id, "id"),
      type: envelope.get(id, "type"),
      occurredAt: orNull(() => envelope.maybe(unixTime, "created")),
      subject: orNull(() => envelope.maybe(id, "data.object.id")), // A balance and an upcoming invoice have no id.
      version: orNull(() => envelope.maybe(id, "api_version")),
      account: orNull(() => envelope.maybe(id, "account")),
      livemode: orNull(() => envelope.maybe(flag, "livemode")),
    };
  },

  translate(event: unknown): Fact[] {
    const envelope = new Json(event);
    const type = envelope.get(id, "type");
    if (!isKnown(type)) return [];
    return translated(type, () => {
      envelope.get(object, "data.object");
      const facts = [
        translators[type](envelope.at("data.object"), envelope.at("data.previous_attributes")) ?? [],
      ].flat();
      return facts.map((fact) => ({ ...fact, occurred_at: envelope.get(unixTime, "created") }));
    });
  },

  /**
   * An endpoint of a platform gets the events of its connected accounts, which name their `account`, and in live mode
   * their test events too (docs.stripe.com/connect/webhooks).
   */
  notOurs({ account, livemode }: Envelope, env: Environment): string | null {
    if (account && account !== env("STRIPE_ACCOUNT_ID"))
      return `It is of the connected account ${account}. If that is ours, set STRIPE_ACCOUNT_ID to it.`;
    const live = takesLive(env);
    if (live === null || livemode === null || livemode === undefined || livemode === live) return null;
    return live
      ? "It is a test event, and live events count here (STRIPE_LIVEMODE, else STRIPE_API_KEY, says so)."
      : "It is a live event, and test events count here. To take live ones, set STRIPE_API_KEY to a live key, or STRIPE_LIVEMODE to true.";
  },
} satisfies WebhookProvider;

/** Whether live events count, or test events; null: either, for nothing says it. */
function takesLive(env: Environment): boolean | null {
  const setting = env("STRIPE_LIVEMODE");
  if (setting === "true" || setting === "false") return setting === "true";
  const [, mode] = /^[rs]k_(live|test)_/.exec(env("STRIPE_API_KEY") ?? "") ?? [];
  return mode ? mode === "live" : null;
}

/**
 * Parses `t=…,v1=…[,v1=…][,v0=…]`: one v1 for each valid secret; other schemes are skipped (docs.stripe.com/webhooks,
 * "Verify manually"). Null when it has another form.
 */
function parseHeader(header: string) {
  const values = (pattern: RegExp) => header.split(",").flatMap((item) => pattern.exec(item)?.[1] ?? []);
  const [time, ...more] = values(/^t=(\d{1,12})$/);
  const digests = values(/^v1=([0-9a-f]{64})$/).map((hex) => fromHex(hex)!);
  return time && more.length === 0 && digests.length > 0 ? { time, digests } : null;
}

const snapshot = {
  ...oneOf({ event: true }),
  name: '"event" (set the endpoint to snapshot payloads, not thin events)',
};

/** Our checkout session, if the object names one. Any other text there is somebody else's note and not an error. */
const checkoutSession = (o: Json) => o.maybe(checkoutId, "metadata.checkout_session_id", "client_reference_id");

/**
 * The values of a Stripe enum: if a new SDK adds a value, the type check fails here, instead of an event in production.
 */
type EnumValues<T> = T extends string ? (string extends T ? never : T) : never;

const hasPayment: Record<EnumValues<Stripe.Checkout.Session["mode"]>, boolean> = {
  payment: true,
  subscription: false,
  setup: false,
};

/**
 * A completed session may be unpaid: a bank debit takes days and ends with an async_payment_… event
 * (docs.stripe.com/checkout/fulfillment).
 */
const completedAs: Record<
  EnumValues<Stripe.Checkout.Session["payment_status"]>,
  "payment.captured" | "payment.pending"
> = {
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

/** `warning_…` is an inquiry: not a chargeback yet, but it needs a response like one. */
const disputeStatus: Record<EnumValues<Stripe.Dispute["status"]> | "charge_refunded", Status<"dispute.updated">> = {
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

const subscriptionStatus: Record<EnumValues<Stripe.Subscription["status"]>, Status<"membership.updated">> = {
  incomplete: "incomplete",
  incomplete_expired: "expired",
  trialing: "trialing",
  active: "active",
  past_due: "past_due",
  unpaid: "past_due", // Retries are exhausted; the amount is still due.
  paused: "paused",
  canceled: "cancelled",
};

/**
 * Translates the `data.object` of an event (always `o` here) to facts, which get the time of the event. Null: no fact.
 * `previous`: what of it was otherwise before the event.
 */
type Translator = (o: Json, previous: Json) => Timeless<Fact> | Timeless<Fact>[] | null;
type Timeless<F> = F extends Fact ? Omit<F, "occurred_at"> : never;

/**
 * The common fields of payment facts, from a Checkout Session or PaymentIntent. A session without payment has no
 * intent.
 */
const payment = (o: Json, amount: string) => {
  const changes = breakdown(o);
  return {
    provider_ref: o.get(reference, "payment_intent", "id"),
    checkout_session_id: checkoutSession(o),
    amount_minor: o.get(minor, amount),
    currency: o.get(currency, "currency"),
    customer_ref: o.maybe(reference, "customer"),
    email: o.maybe(text(320), "customer_details.email", "customer_email", "receipt_email"),
    ...(changes && { breakdown: changes }),
    ...recipient(o),
  };
};

/** Where a session is sent: since API version 2025-03-31.basil in `collected_information`. The last is a payment's. */
const SHIPPING = ["collected_information.shipping_details", "shipping_details", "shipping"];

/** To whom and where it is sent, if the buyer was asked. An address without a country is none. */
function recipient(o: Json) {
  const shipping = SHIPPING.find((path) => o.where(`${path}.address.country`) !== null);
  if (shipping === undefined) return {};
  const line = (name: string) => o.maybe(text(200), `${shipping}.${name}`);
  const country = o.maybe(countryCode, `${shipping}.address.country`);
  if (country === null) return {};
  return {
    recipient: {
      address: {
        line1: line("address.line1"),
        line2: line("address.line2"),
        city: line("address.city"),
        region: line("address.state"),
        postal_code: line("address.postal_code"),
        country,
      },
      name: line("name"),
      phone: o.maybe(text(40), `${shipping}.phone`, "customer_details.phone"),
    },
  };
}

/**
 * The amount and the currency of a session may be null (Sessions.d.ts), before it is paid; then there is no fact. An
 * amount that was paid in no currency is an error, to be seen.
 */
const ifAmount =
  (amount: string, translate: Translator): Translator =>
  (o, previous) =>
    o.where(amount) === null || (o.where("currency") === null && o.maybe(text(40), "payment_status") !== "paid")
      ? null
      : translate(o, previous);

/** How the total of a session came about; null where Stripe changed nothing. */
function breakdown(o: Json) {
  const details = (name: string) => o.maybe(minor, `total_details.amount_${name}`) ?? 0;
  const [tax_minor, shipping_minor, discount_minor] = [details("tax"), details("shipping"), details("discount")];
  const subtotal_minor = o.maybe(minor, "amount_subtotal");
  if (subtotal_minor === null || tax_minor + shipping_minor + discount_minor === 0) return null;
  return { subtotal_minor, tax_minor, shipping_minor, discount_minor };
}

/** @param amount The path of the amount. */
const paymentFact = (type: "payment.captured" | "payment.pending" | "payment.cancelled", amount: string): Translator =>
  ifAmount(amount, (o) => ({ type, ...payment(o, amount) }));

/**
 * Decline codes that Stripe asks not to show to the buyer, and buyers can read their own payments
 * (docs.stripe.com/declines/codes). The stored event keeps the code.
 */
const HIDDEN_DECLINE_CODES = new Set([
  "fraudulent",
  "lost_card",
  "merchant_blacklist",
  "pickup_card",
  "restricted_card",
  "security_violation",
  "stolen_card",
]);
const visibleDeclineCode = (code: string | null) =>
  code !== null && HIDDEN_DECLINE_CODES.has(code) ? "generic_decline" : code;

/**
 * Not final: the same intent may still succeed (PaymentIntents.d.ts, `last_payment_error`). The decline code is more
 * specific than the error code `card_declined`.
 */
const paymentFailed = (amount: string): Translator =>
  ifAmount(amount, (o) => ({
    type: "payment.failed",
    ...payment(o, amount),
    failure_code: visibleDeclineCode(o.maybe(text(255), "last_payment_error.decline_code", "last_payment_error.code")),
    failure_message: o.maybe(text(2000), "last_payment_error.message"),
  }));

/** A session that sets up a card or a subscription has no payment of its own: the invoices have. */
const ifPayment =
  (translate: Translator): Translator =>
  (o, previous) =>
    o.get(oneOf(hasPayment), "mode") ? translate(o, previous) : null;

const checkoutExpired: Translator = (o) => ({
  type: "checkout.expired",
  provider_ref: o.get(id, "id"),
  checkout_session_id: checkoutSession(o),
});

/** How much of a charge was authorized, and released without being captured. */
function released(o: Json): number {
  const amount = o.get(minor, "amount");
  if (o.maybe(flag, "captured") === false) return amount;
  const captured = o.maybe(minor, "amount_captured");
  if (captured !== null) return Math.max(0, amount - captured);
  // Older API versions list the refunds in place of it: what was released moved no money.
  return o
    .each("refunds.data")
    .filter((one) => one.at("balance_transaction").value === null && one.at("status").value === "succeeded")
    .reduce((sum, one) => sum + one.get(minor, "amount"), 0);
}

/**
 * `amount_refunded` is the total of all refunds. It includes the part of an authorization that is released without
 * being captured (woocommerce-gateway-stripe issues 495 and 1073): that money was never received, so it is not
 * refunded.
 */
const chargeRefunded: Translator = (o) => {
  const refunded_minor = o.get(minor, "amount_refunded") - released(o);
  if (refunded_minor <= 0) return null;
  return {
    type: "payment.refunded",
    payment_ref: o.get(reference, "payment_intent", "id"),
    refunded_minor,
    currency: o.get(currency, "currency"),
  };
};

/** The common fields of refunds and disputes. Payments older than PaymentIntents are identified by their charge. */
const moneyBack = (o: Json) => ({
  provider_ref: o.get(id, "id"),
  payment_ref: o.get(reference, "payment_intent", "charge"),
  amount_minor: o.get(minor, "amount"),
  currency: o.get(currency, "currency"),
});

/**
 * The part of an authorization that is released, all of it when it is voided, is told as a refund too: one that
 * succeeded and moved no money (woocommerce-gateway-stripe issue 1073). A refund may be of no payment at all
 * (Refunds.d.ts).
 */
const refund: Translator = (o) => {
  const status = o.maybe(oneOf(refundStatus), "status") ?? "pending";
  if (status === "succeeded" && o.at("balance_transaction").value === null) return null;
  if (o.maybe(reference, "payment_intent", "charge") === null) return null;
  return {
    type: "refund.updated",
    ...moneyBack(o),
    status,
    reason: o.maybe(text(2000), "failure_reason", "reason"),
  };
};

const dispute =
  (closed = false): Translator =>
  (o, previous) => ({
    type: "dispute.updated",
    ...moneyBack(o),
    status: o.get(oneOf(disputeStatus), "status"),
    reason: o.maybe(text(2000), "reason"),
    evidence_due_at: o.maybe(unixTime, "evidence_details.due_by"), // 0 if no response is possible (Disputes.d.ts)
    ...before(previous, {
      status: [oneOf(disputeStatus), "status"],
      reason: [text(2000), "reason"],
      evidence_due_at: [unixTime, "evidence_details.due_by"],
    }),
    ...(closed && { is_last: true }),
  });

const customer: Translator = (o, previous) => ({
  type: "customer.updated",
  provider_ref: o.get(id, "id"),
  email: o.maybe(text(320), "email"),
  name: o.maybe(text(500), "name"),
  phone: o.maybe(text(100), "phone"),
  ...before(previous, { email: [text(320), "email"], name: [text(500), "name"], phone: [text(100), "phone"] }),
});

/** A deleted product is sent in its last state, which may be active. */
const product =
  (deleted = false): Translator =>
  (o, previous) => ({
    type: "product.updated",
    provider_ref: o.get(id, "id"),
    sku: o.maybe(text(255), "metadata.sku"),
    name: o.get(text(500), "name"),
    description: o.maybe(text(10_000), "description"),
    active: o.get(flag, "active") && !deleted,
    ...before(previous, {
      name: [text(500), "name"],
      description: [text(10_000), "description"],
      active: [flag, "active"],
      sku: [text(255), "metadata.sku"],
    }),
    ...(deleted && { is_last: true }),
  });

const PERIOD_START = ["current_period_start", "items.data.0.current_period_start"] as const;
const PERIOD_END = ["current_period_end", "items.data.0.current_period_end"] as const;
const PRODUCT = ["items.data.0.price.product", "items.data.0.plan.product", "plan.product", "plan"] as const;

/**
 * Whether it ends with its period; with `previous`, whether it did before the event. With flexible billing, the
 * customer portal only sets `cancel_at` to the end of the period (stripe-node issue 2470).
 */
function endsWithPeriod(o: Json, previous?: Json): boolean {
  const read = <T>(kind: Kind<T>, ...paths: string[]) =>
    previous && isTold(previous, ...paths) ? previous.readable(kind, ...paths) : o.maybe(kind, ...paths);
  const [endsAt, periodEnd] = [read(unixTime, "cancel_at"), read(unixTime, ...PERIOD_END)];
  return read(flag, "cancel_at_period_end") === true || (endsAt !== null && periodEnd !== null && endsAt <= periodEnd);
}

interface MembershipEvent {
  /** Nothing follows it. */
  isLast?: boolean;
  /** What the status was before, by the event's name. */
  statusBefore?: Status<"membership.updated">;
}

/** Since API version 2025-03-31.basil, the period is in the items of the subscription. */
const membership =
  ({ isLast, statusBefore }: MembershipEvent = {}): Translator =>
  (o, previous) => {
    return {
      type: "membership.updated",
      provider_ref: o.get(id, "id"),
      customer_ref: o.maybe(reference, "customer"),
      email: null,
      product_ref: o.maybe(reference, ...PRODUCT),
      status: o.get(oneOf(subscriptionStatus), "status"),
      current_period_start: o.maybe(unixTime, ...PERIOD_START),
      current_period_end: o.maybe(unixTime, ...PERIOD_END),
      cancel_at_period_end: endsWithPeriod(o),
      ...before(
        previous,
        {
          customer_ref: [reference, "customer"],
          product_ref: [reference, ...PRODUCT],
          status: [oneOf(subscriptionStatus), "status"],
          current_period_start: [unixTime, ...PERIOD_START],
          current_period_end: [unixTime, ...PERIOD_END],
        },
        {
          cancel_at_period_end: isTold(previous, "cancel_at_period_end", "cancel_at")
            ? endsWithPeriod(o, previous)
            : undefined,
          ...(statusBefore && !isTold(previous, "status") && { status: statusBefore }),
        },
      ),
      ...(isLast && { is_last: true }),
    };
  };

/**
 * Since API version 2025-03-31.basil, an invoice names its subscription in `parent`, and its payments in `payments`,
 * which webhooks seldom have: events of their own tell them (invoice_payment.paid).
 */
const invoice =
  (outcome: "paid" | "failed", amount: string): Translator =>
  (o) => {
    const provider_ref = o.maybe(reference, "subscription", "parent.subscription_details.subscription");
    if (provider_ref === null) return null;
    const invoice_ref = o.get(id, "id");
    const code = o.get(currency, "currency");
    const paidBy = o.each("payments.data").filter((one) => one.at("status").value === "paid");
    return [
      {
        type: "membership.billed",
        provider_ref,
        invoice_ref,
        payment_ref: o.maybe(reference, "payment_intent", "charge"),
        outcome,
        amount_minor: o.get(minor, amount),
        currency: code,
      },
      ...paidBy.flatMap((one) => paymentOfInvoice(one, invoice_ref, one.maybe(currency, "currency") ?? code)),
    ];
  };

/** Which payment paid an invoice, in full or in part. One that was paid outside Stripe names none of its payments. */
function paymentOfInvoice(o: Json, provider_ref: string, code: string): Timeless<Fact>[] {
  const payment_ref = o.maybe(reference, "payment.payment_intent", "payment.charge");
  if (payment_ref === null) return [];
  const amount_minor = o.get(minor, "amount_paid", "amount_requested");
  return [{ type: "invoice.paid", provider_ref, payment_ref, amount_minor, currency: code }];
}

const invoicePayment: Translator = (o) => paymentOfInvoice(o, o.get(reference, "invoice"), o.get(currency, "currency"));

const translators = {
  "checkout.session.completed": ifPayment((o, previous) =>
    paymentFact(o.get(oneOf(completedAs), "payment_status"), "amount_total")(o, previous),
  ),
  "checkout.session.async_payment_succeeded": ifPayment(paymentFact("payment.captured", "amount_total")),
  "checkout.session.async_payment_failed": ifPayment(paymentFailed("amount_total")),
  "checkout.session.expired": checkoutExpired,
  "payment_intent.processing": paymentFact("payment.pending", "amount"),
  "payment_intent.succeeded": paymentFact("payment.captured", "amount_received"),
  "payment_intent.payment_failed": paymentFailed("amount"),
  "payment_intent.canceled": paymentFact("payment.cancelled", "amount"),
  "charge.refunded": chargeRefunded,
  "charge.refund.updated": refund, // the former name of refund.updated
  "refund.created": refund,
  "refund.updated": refund,
  "refund.failed": refund,
  "charge.dispute.created": dispute(),
  "charge.dispute.updated": dispute(),
  "charge.dispute.closed": dispute(true),
  "charge.dispute.funds_withdrawn": dispute(),
  "charge.dispute.funds_reinstated": dispute(),
  "customer.created": customer,
  "customer.updated": customer,
  "product.created": product(),
  "product.updated": product(),
  "product.deleted": product(true),
  "customer.subscription.created": membership(),
  "customer.subscription.updated": membership(),
  "customer.subscription.deleted": membership({ isLast: true }),
  "customer.subscription.paused": membership(),
  "customer.subscription.resumed": membership({ statusBefore: "paused" }),
  "customer.subscription.trial_will_end": membership(),
  "customer.subscription.pending_update_applied": membership(),
  "customer.subscription.pending_update_expired": membership(),
  "invoice.paid": invoice("paid", "amount_paid"),
  "invoice.payment_succeeded": invoice("paid", "amount_paid"),
  "invoice.payment_failed": invoice("failed", "amount_due"),
  "invoice_payment.paid": invoicePayment,
} satisfies { [Type in Stripe.Event["type"]]?: Translator };

function isKnown(type: string): type is keyof typeof translators {
  return Object.hasOwn(translators, type);
}
