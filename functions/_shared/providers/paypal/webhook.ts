/**
 * PayPal's webhooks: signature, envelope and translation of the events of Orders v2, Payments v2 and Disputes v1. The
 * shapes are those of @paypal/paypal-server-sdk@2.5.0, PayPal's OpenAPI customer_disputes_v1 and genuine webhooks
 * (tests/fixtures/paypal).
 */

import { crc32 } from "../../crypto/crc32.ts";
import { fromBase64, secretsFrom, utf8 } from "../../crypto/signature.ts";
import {
  type RefusedVerdict,
  refuse,
  refuseForNow,
  secretNotConfigured,
  type Verdict,
  type WebhookRequest,
} from "../../crypto/verdict.ts";
import type { Fact } from "../../facts/facts.ts";
import {
  checkoutId,
  countryCode,
  currency,
  decimal,
  flag,
  id,
  isoTime,
  Json,
  type Kind,
  object,
  oneOf,
  orNull,
  text,
  translated,
} from "../../facts/json_reader.ts";
import { minorUnits } from "../../facts/money.ts";
import type { Environment } from "../../platform/environment.ts";
import type { Confirmation, Envelope, WebhookProvider } from "../webhook_provider.ts";
import type { Certificates } from "./certificates.ts";
import { SIGNED_BY, type Signed } from "./signed.ts";

/**
 * @param load Loads PayPal's certificates. It is called only for a request that needs one, to keep cold starts short.
 */
export const paypalWith = (load: () => Promise<Certificates>) =>
  ({
    name: "paypal",
    // The signature is not kept: it is over a CRC-32 of the body, and whoever read it here could put it under another
    // body.
    keptHeaders: ["paypal-transmission-id", "paypal-transmission-time", "paypal-auth-version", "correlation-id"],
    isSigned: (headers: Headers) => Object.values(SIGNED_BY).every((name) => headers.has(name)),
    eventTypes: () => Object.keys(translators),

    async verify(incoming: WebhookRequest): Promise<Verdict> {
      const { headers, env } = incoming;
      const webhookIds = secretsFrom(env, "PAYPAL_WEBHOOK_ID");
      if (webhookIds.length === 0) {
        return secretNotConfigured(
          "PAYPAL_WEBHOOK_ID",
          "the id that the developer dashboard shows for this webhook (it is part of the signed message)",
        );
      }
      const mode = env("PAYPAL_VERIFY") || "certificate";
      if (mode !== "certificate" && mode !== "api") {
        return refuseForNow(
          "verify_mode_unknown",
          `PAYPAL_VERIFY is ${JSON.stringify(mode)}. Set it to certificate or api.`,
        );
      }
      const missing = Object.values(SIGNED_BY).filter((name) => !headers.get(name));
      if (missing.length > 0) {
        return refuse(
          "signature_missing",
          `There is no ${missing.join(", ").toUpperCase()} header. Every PayPal webhook has one.`,
        );
      }
      const signed = Object.fromEntries(
        Object.entries(SIGNED_BY).map(([name, header]) => [name, headers.get(header)!]),
      ) as Signed;
      if (signed.auth_algo !== "SHA256withRSA") {
        return refuse(
          "algorithm_not_supported",
          "PAYPAL-AUTH-ALGO is not SHA256withRSA, the only algorithm that PayPal signs with. " +
            "Check that PayPal sent this webhook.",
        );
      }
      const verdict = await (mode === "api"
        ? verifyByApi(incoming, signed, webhookIds)
        : verifySignature(incoming, signed, webhookIds, load));
      if (typeof verdict !== "boolean") return verdict;
      if (verdict) return timeRefusal(signed.transmission_time, incoming.now) ?? { authentic: true, trust: "signed" };
      return refuse(
        "signature_wrong",
        `None of the ids in PAYPAL_WEBHOOK_ID (${webhookIds.length} set) matches this signature and this body. ` +
          "Check that it holds the id of this webhook (sandbox and live have different ones; the dashboard's " +
          "simulator signs for WEBHOOK_ID), and that no proxy changes the body.",
      );
    },

    read(event: unknown, headers: Headers): Envelope {
      const envelope = new Json(event);
      const resource = envelope.at("resource");
      return {
        id: envelope.get(id, "id"),
        type: envelope.get(id, "event_type"),
        // PayPal's simulator sends months that do not exist.
        occurredAt:
          envelope.readable(isoTime, "create_time", "resource.update_time", "resource.create_time") ??
          isoTime.read(headers.get(SIGNED_BY.transmission_time)) ??
          null,
        subject: orNull(
          () => parent(resource, captureUrl) ?? resource.maybe(id, "id", "order_id", DISPUTED_CAPTURE, "dispute_id"),
        ),
        version: orNull(() => envelope.maybe(id, "resource_version", "event_version")),
      };
    },

    /**
     * PayPal signs a CRC-32 of the body, for which anybody finds another body: what moves money is confirmed at its
     * API.
     */
    mustConfirm: (event: unknown): boolean => isActedOn(new Json(event).at("event_type").value),

    transmissionOf: (headers: Headers) => headers.get(SIGNED_BY.transmission_id),

    async confirm(event: unknown, env: Environment, signal: AbortSignal): Promise<Confirmation> {
      const { confirmEvent } = await import("./confirm.ts");
      return await confirmEvent(event, env, signal);
    },

    translate(event: unknown, { type, occurredAt }: Envelope): Fact[] {
      if (!isActedOn(type)) return [];
      return translated(type, () => {
        const envelope = new Json(event);
        envelope.get(object, "resource");
        const facts = translators[type]!(envelope.at("resource"));
        const occurred_at = occurredAt ?? new Date().toISOString();
        return facts.map((fact) => ({ ...fact, occurred_at: fact.occurred_at ?? occurred_at }));
      });
    },
  }) satisfies WebhookProvider;

const isActedOn = (type: unknown): boolean => typeof type === "string" && Object.hasOwn(translators, type);

/**
 * PayPal tries again for three days, and signs what is resent by hand anew. A header of another form is judged by its
 * signature alone.
 */
const MAX_AGE_MS = 5 * 86_400_000;
const MAX_AHEAD_MS = 300_000;

/** Refuses a message by its transmission time: one that was seen once must not be good for ever. */
function timeRefusal(time: string, now: number): RefusedVerdict | null {
  const sent = Date.parse(time);
  if (Number.isNaN(sent)) return null;
  const advice = "Resend the event from PayPal's dashboard: it is then signed anew.";
  if (now - sent > MAX_AGE_MS)
    return refuse("timestamp_too_old", `PAYPAL-TRANSMISSION-TIME is ${time}, more than 5 days ago. ${advice}`);
  if (sent - now > MAX_AHEAD_MS)
    return refuse(
      "timestamp_in_future",
      `PAYPAL-TRANSMISSION-TIME is ${time}, in the future. Check the clock. ${advice}`,
    );
  return null;
}

let certificates: Certificates | undefined;

/** PayPal, with certificates downloaded from PayPal. */
export const paypal = paypalWith(async () => {
  certificates ??= (await import("./certificates.ts")).openCertificates();
  return certificates;
});

/** Whether the signature is valid, or the refusal when that cannot be decided. */
type Verification = boolean | RefusedVerdict;

/** Verifies the signature here, with PayPal's certificate (developer.paypal.com/api/rest/webhooks/rest). */
async function verifySignature(
  { body, now, env }: WebhookRequest,
  { transmission_id, transmission_time, transmission_sig, cert_url }: Signed,
  webhookIds: string[],
  load: () => Promise<Certificates>,
): Promise<Verification> {
  const signature = fromBase64(transmission_sig);
  if (!signature)
    return refuse("signature_malformed", "PAYPAL-TRANSMISSION-SIG is not base64. Check whether a proxy changes it.");
  const key = await (await load()).keyAt(cert_url, now, env);
  if ("authentic" in key) return key;
  for (const webhookId of webhookIds) {
    const message = utf8(`${transmission_id}|${transmission_time}|${webhookId}|${crc32(body)}`);
    if (await crypto.subtle.verify("RSASSA-PKCS1-v1_5", key, signature, message)) return true;
  }
  return false;
}

/** Asks PayPal's API to verify the signature. */
async function verifyByApi({ body, env }: WebhookRequest, signed: Signed, webhookIds: string[]): Promise<Verification> {
  const unset = ["PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET"].find((name) => !env(name));
  if (unset)
    return secretNotConfigured(
      unset,
      "the value of the app in the developer dashboard, or set PAYPAL_VERIFY to certificate",
    );
  const { openPaypal, whyUnverified } = await import("./api.ts");
  // The body is inserted unchanged into our request to the API: a body that is not valid JSON could inject other
  // fields.
  const event = jsonText(body);
  if (event === null) return false;
  try {
    const api = openPaypal(env);
    for (const webhookId of webhookIds)
      if (await api.verifySignature(signed, webhookId, event, AbortSignal.timeout(8000))) return true;
    return false;
  } catch (error) {
    const reason = whyUnverified(error);
    return reason === null
      ? false
      : refuseForNow("verification_unavailable", `PayPal's API could not verify this webhook: ${reason}`);
  }
}

/** The body as text if it is valid UTF-8 and JSON, else null. */
function jsonText(body: Uint8Array): string | null {
  try {
    const decoded = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    JSON.parse(decoded);
    return decoded;
  } catch {
    return null;
  }
}

/** `{currency_code: "EUR", value: "49.00"}` in minor units. */
function money(o: Json, path: string): { amount_minor: number; currency: string } {
  const code = o.get(currency, `${path}.currency_code`);
  const amount: Kind<number> = {
    name: `an amount in ${code}, 0 or more`,
    read: (value) => {
      const digits = decimal.read(value);
      try {
        const minor = typeof digits === "string" ? minorUnits(digits, code) : -1;
        return minor >= 0 ? minor : undefined;
      } catch {
        return undefined;
      }
    },
  };
  return { amount_minor: o.get(amount, `${path}.value`), currency: code };
}

/** The id in the link "up", if it is such a URL: the capture of a refund, the order or authorization of a capture. */
function parent(o: Json, url: Kind<string>): string | null {
  const upLinks = o.each("links").filter((link) => link.at("rel").value === "up");
  return upLinks.map((link) => link.maybe(url, "href")).find((found) => found !== null) ?? null;
}

const urlOf = (path: string): Kind<string> => ({
  name: "a URL",
  read: (value) =>
    typeof value === "string" ? (new RegExp(`/${path}/([A-Za-z0-9]{1,255})$`).exec(value)?.[1] ?? null) : undefined,
});
const captureUrl = urlOf("payments/captures");
const wholeUrl = urlOf("(?:checkout/orders|payments/authorizations)");

/** Translates the `resource` of an event (always `o` here) to facts. A fact without a time gets that of the event. */
type Translator = (o: Json) => Timeless<Fact>[];
type Timeless<F> = F extends Fact ? Omit<F, "occurred_at"> & { occurred_at?: string } : never;

/**
 * What a capture is a part of: its order, else its authorization. `order` is the order that contains the capture, or
 * the capture itself.
 */
const wholeOf = (capture: Json, order: Json) =>
  order === capture
    ? (capture.maybe(id, "supplementary_data.related_ids.order_id") ?? parent(capture, wholeUrl))
    : order.maybe(id, "id");

/**
 * The common fields of payment facts. For a capture inside an order, `order` has the buyer and `unit` may name our
 * checkout. An order may be captured in several parts (`final_capture`).
 */
const payment = (capture: Json, unit: Json, order: Json) => ({
  provider_ref: capture.get(id, "id"),
  checkout_session_id: capture.maybe(checkoutId, "custom_id") ?? unit.maybe(checkoutId, "custom_id"),
  ...money(capture, "amount"),
  customer_ref: order.maybe(id, "payer.payer_id", "payment_source.paypal.account_id"),
  email: order.maybe(text(320), "payer.email_address", "payment_source.paypal.email_address"),
  ...partOf(wholeOf(capture, order), capture.maybe(flag, "final_capture")),
});

const partOf = (part_of: string | null, is_last_part: boolean | null) =>
  part_of === null ? {} : { part_of, ...(is_last_part !== null && { is_last_part }) };

/** How the total of a unit comes about, where it is more than its items and there is one capture for all of it. */
function breakdown(unit: Json) {
  const part = (name: string) =>
    unit.maybe(object, `amount.breakdown.${name}`) ? money(unit, `amount.breakdown.${name}`).amount_minor : 0;
  const others = ["shipping", "handling", "insurance", "tax_total", "discount", "shipping_discount"].map(part);
  const [shipping = 0, handling = 0, insurance = 0, tax_minor = 0, discount = 0, shippingDiscount = 0] = others;
  if (unit.each("payments.captures").length !== 1 || !unit.maybe(object, "amount.breakdown.item_total")) return {};
  if (others.every((minor) => minor === 0)) return {};
  return {
    breakdown: {
      subtotal_minor: part("item_total"),
      tax_minor,
      shipping_minor: shipping + handling + insurance,
      discount_minor: discount + shippingDiscount,
    },
  };
}

/** To whom and where a unit is sent, if the buyer was asked. An address without a country is none. */
function recipient(unit: Json) {
  const country = unit.maybe(countryCode, "shipping.address.country_code");
  if (country === null) return {};
  const line = (name: string) => unit.maybe(text(200), `shipping.${name}`);
  const number = unit.maybe(text(20), "shipping.phone_number.national_number");
  const prefix = unit.maybe(text(4), "shipping.phone_number.country_code");
  return {
    recipient: {
      address: {
        line1: line("address.address_line_1"),
        line2: line("address.address_line_2"),
        city: line("address.admin_area_2"),
        region: line("address.admin_area_1"),
        postal_code: line("address.postal_code"),
        country,
      },
      name: line("name.full_name"),
      phone: number && prefix ? `+${prefix}${number}` : number,
    },
  };
}

type CaptureFact = "payment.captured" | "payment.pending" | "payment.failed";

function captureFact(type: CaptureFact, capture: Json, unit = capture, order = capture): Timeless<Fact> {
  const fact = {
    ...payment(capture, unit, order),
    ...(unit !== capture && { ...breakdown(unit), ...recipient(unit) }),
  };
  if (type !== "payment.failed") return { type, ...fact };
  return { type, ...fact, failure_code: capture.maybe(text(255), "status_details.reason"), failure_message: null };
}

const captureTranslator =
  (type: CaptureFact): Translator =>
  (o) => [captureFact(type, o)];

/** The fact for the status of a capture. A refunded one was captured before; the refund has an event of its own. */
const captureStatus: Record<string, CaptureFact> = {
  COMPLETED: "payment.captured",
  PARTIALLY_REFUNDED: "payment.captured",
  REFUNDED: "payment.captured",
  PENDING: "payment.pending",
  DECLINED: "payment.failed",
  FAILED: "payment.failed",
};

const capturesOf: Translator = (o) =>
  o
    .each("purchase_units")
    .flatMap((unit) =>
      unit
        .each("payments.captures")
        .map((capture) => captureFact(capture.get(oneOf(captureStatus), "status"), capture, unit, o)),
    );

/** Whether we capture the order, by its `intent`. */
const isToCapture = oneOf({ CAPTURE: true, AUTHORIZE: false });

/** An approval moves no money. But PayPal also sends this event for an order that is already captured. */
const orderApproved: Translator = (o) => {
  const captures = capturesOf(o);
  if (captures.length > 0) return captures;
  if (!o.get(isToCapture, "intent")) return [];
  const [first, ...more] = o.each("purchase_units");
  if (!first) throw o.at("purchase_units").unexpected("at least one purchase unit");
  const total = money(first, "amount");
  for (const unit of more) {
    const { amount_minor, currency: code } = money(unit, "amount");
    if (code !== total.currency)
      throw unit.at("amount.currency_code").unexpected(`${total.currency}, as in the order's first unit`);
    total.amount_minor += amount_minor;
  }
  return [
    {
      type: "payment.approved",
      provider_ref: o.get(id, "id"),
      checkout_session_id: first.maybe(checkoutId, "custom_id"),
      ...total,
      ...recipient(first),
    },
  ];
};

const orderCancelled: Translator = (o) => [
  {
    type: "checkout.cancelled",
    provider_ref: o.get(id, "order_id", "id"),
    checkout_session_id: o.at("purchase_units.0").maybe(checkoutId, "custom_id"),
  },
];

const refundStatus: Record<string, Extract<Fact, { type: "refund.updated" }>["status"]> = {
  PENDING: "pending",
  COMPLETED: "succeeded",
  FAILED: "failed",
  CANCELLED: "cancelled",
};

/** The total of all refunds of a capture. */
const TOTAL_REFUNDED = "seller_payable_breakdown.total_refunded_amount";

/** The fact that `payment_ref` is refunded by the total amount at `path`. */
function paymentRefunded(payment_ref: string, o: Json, path: string): Timeless<Fact> {
  const { amount_minor, currency: code } = money(o, path);
  return { type: "payment.refunded", payment_ref, refunded_minor: amount_minor, currency: code };
}

/** The resource is the refund. It names its capture only by a link, and its `payer` is the shop. */
const refund =
  (reason: string | null = null): Translator =>
  (o) => {
    if (o.at("status").value === "REFUNDED" || o.at("status").value === "PARTIALLY_REFUNDED") return captureRefunded(o);
    const payment_ref = o.maybe(id, "supplementary_data.related_ids.capture_id") ?? parent(o, captureUrl);
    if (payment_ref === null) throw o.at("links").unexpected('a link "up" to the capture');
    const status = o.get(oneOf(refundStatus), "status");
    const update: Timeless<Fact> = {
      type: "refund.updated",
      provider_ref: o.get(id, "id"),
      payment_ref,
      ...money(o, "amount"),
      status,
      reason: o.maybe(text(2000), "note_to_payer") ?? reason,
    };
    return status === "succeeded" && o.maybe(object, TOTAL_REFUNDED)
      ? [update, paymentRefunded(payment_ref, o, TOTAL_REFUNDED)]
      : [update];
  };

/** Older webhooks contain the capture instead: refunded in full, or with the total of its refunds. */
const captureRefunded: Translator = (o) => {
  const isFull = o.at("status").value === "REFUNDED" && !o.maybe(object, TOTAL_REFUNDED);
  return [paymentRefunded(o.get(id, "id"), o, isFull ? "amount" : TOTAL_REFUNDED)];
};

/** The capture that a dispute is about. A dispute about several payments lists more; it is recorded with the first. */
const DISPUTED_CAPTURE = "disputed_transactions.0.seller_transaction_id";

type DisputeStatus = Extract<Fact, { type: "dispute.updated" }>["status"];

const disputeStatus: Record<string, DisputeStatus | "resolved"> = {
  OPEN: "needs_response",
  WAITING_FOR_SELLER_RESPONSE: "needs_response",
  WAITING_FOR_BUYER_RESPONSE: "under_review",
  UNDER_REVIEW: "under_review",
  OTHER: "under_review", // not resolved
  RESOLVED: "resolved",
};

/** The outcome of a resolved dispute. */
const disputeOutcome: Record<string, DisputeStatus> = {
  RESOLVED_BUYER_FAVOUR: "lost",
  ACCEPTED: "lost", // by us
  RESOLVED_SELLER_FAVOUR: "won",
  RESOLVED_WITH_PAYOUT: "won", // PayPal itself paid
  DENIED: "won",
  CANCELED_BY_BUYER: "closed",
  NONE: "closed", // replaced by another dispute
};

/** An event may be sent long after the change of the dispute: the dispute's own time decides which change is newer. */
const dispute: Translator = (o) => {
  const status = o.get(oneOf(disputeStatus), "status");
  return [
    {
      type: "dispute.updated",
      occurred_at: o.readable(isoTime, "update_time", "create_time") ?? undefined,
      provider_ref: o.get(id, "dispute_id"),
      payment_ref: o.get(id, DISPUTED_CAPTURE),
      ...money(o, "dispute_amount"),
      status:
        status === "resolved" ? (o.maybe(oneOf(disputeOutcome), "dispute_outcome.outcome_code") ?? "closed") : status,
      reason: o.maybe(text(2000), "reason"),
      evidence_due_at: o.maybe(isoTime, "seller_response_due_date"),
    },
  ];
};

/**
 * `…DENIED` is the v1 name of `…DECLINED`, still used in PayPal's guides. PayPal's list of event types does not contain
 * `CHECKOUT.ORDER.CANCELLED` and `.VOIDED`.
 */
const translators: Record<string, Translator> = {
  "PAYMENT.CAPTURE.COMPLETED": captureTranslator("payment.captured"),
  "PAYMENT.CAPTURE.PENDING": captureTranslator("payment.pending"),
  "PAYMENT.CAPTURE.DECLINED": captureTranslator("payment.failed"),
  "PAYMENT.CAPTURE.DENIED": captureTranslator("payment.failed"),
  "PAYMENT.CAPTURE.REFUNDED": refund(),
  "PAYMENT.CAPTURE.REVERSED": refund("reversed"),
  "PAYMENT.REFUND.PENDING": refund(),
  "PAYMENT.REFUND.COMPLETED": refund(),
  "PAYMENT.REFUND.FAILED": refund(),
  "PAYMENT.REFUND.CANCELLED": refund(),
  "CHECKOUT.ORDER.APPROVED": orderApproved,
  "CHECKOUT.ORDER.COMPLETED": capturesOf,
  "CHECKOUT.ORDER.CANCELLED": orderCancelled,
  "CHECKOUT.ORDER.VOIDED": orderCancelled,
  "CHECKOUT.PAYMENT-APPROVAL.REVERSED": orderCancelled,
  "CUSTOMER.DISPUTE.CREATED": dispute,
  "CUSTOMER.DISPUTE.UPDATED": dispute,
  "CUSTOMER.DISPUTE.RESOLVED": dispute,
};
