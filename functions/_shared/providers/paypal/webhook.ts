/**
 * PayPal's webhooks: the signature, the envelope, and what each event of Orders v2, Payments v2 and Disputes v1 says.
 * The shapes are those of @paypal/paypal-server-sdk@2.5.0, PayPal's OpenAPI customer_disputes_v1 and genuine messages (tests/fixtures/paypal).
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
import type { Envelope, WebhookProvider } from "../webhook_provider.ts";
import type { Certificates } from "./certificates.ts";
import { SIGNED_BY, type Signed } from "./signed.ts";

/** `load`: how to come by PayPal's certificates. Only a request that asks for one pays for what they need. */
export const paypalWith = (load: () => Promise<Certificates>) =>
  ({
    name: "paypal",
    keptHeaders: [...Object.values(SIGNED_BY), "paypal-auth-version", "correlation-id"],

    /**
     * PayPal defines no time after which a message is too old: it tries again for three days, and resends on request. A replay does no
     * harm, since an event is known by its id.
     */
    async verify(incoming: WebhookRequest): Promise<Verdict> {
      const { headers, env } = incoming;
      const webhookIds = secretsFrom(env, "PAYPAL_WEBHOOK_ID");
      if (webhookIds.length === 0) {
        return secretNotConfigured(
          "PAYPAL_WEBHOOK_ID",
          "the id that the developer dashboard shows for this webhook (it is part of what is signed)",
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
          `There is no ${missing.join(", ").toUpperCase()} header. Every webhook call of PayPal's carries one.`,
        );
      }
      const signed = Object.fromEntries(
        Object.entries(SIGNED_BY).map(([name, header]) => [name, headers.get(header)!]),
      ) as Signed;
      if (signed.auth_algo !== "SHA256withRSA") {
        return refuse(
          "algorithm_not_supported",
          "PAYPAL-AUTH-ALGO is not SHA256withRSA, the only algorithm that PayPal signs with.",
        );
      }
      const verdict = await (mode === "api"
        ? askApi(incoming, signed, webhookIds)
        : checkSignature(incoming, signed, webhookIds, load));
      if (typeof verdict !== "boolean") return verdict;
      if (verdict) return { authentic: true, trust: "signed" };
      return refuse(
        "signature_wrong",
        `No id in PAYPAL_WEBHOOK_ID (there: ${webhookIds.length}) fits this signature and this body. Check that it is this webhook's own ` +
          "(sandbox and live each have another; the dashboard's simulator signs for WEBHOOK_ID), and that nothing on the way re-wrote the body.",
      );
    },

    read(event: unknown): Envelope {
      const envelope = new Json(event);
      const resource = envelope.at("resource");
      return {
        id: envelope.get(id, "id"),
        type: envelope.get(id, "event_type"),
        // PayPal's simulator sends months that there are not; only what is translated needs a time.
        occurredAt: orNull(() => envelope.maybe(isoTime, "create_time")),
        subject: orNull(
          () => above(resource, captureAddress) ?? resource.maybe(id, "id", "order_id", DISPUTED, "dispute_id"),
        ),
        version: orNull(() => envelope.maybe(id, "resource_version", "event_version")),
      };
    },

    translate(event: unknown): Fact[] {
      const envelope = new Json(event);
      const type = envelope.get(id, "event_type");
      if (!Object.hasOwn(says, type)) return [];
      return translated(type, () => {
        envelope.get(object, "resource");
        const said = says[type]!(envelope.at("resource"));
        if (said.length === 0) return [];
        const occurred_at = envelope.get(isoTime, "create_time");
        return said.map((fact) => ({ ...fact, occurred_at: fact.occurred_at ?? occurred_at }));
      });
    },
  }) satisfies WebhookProvider;

let opened: Certificates | undefined;

/** PayPal, with its certificates from PayPal. */
export const paypal = paypalWith(async () => {
  opened ??= (await import("./certificates.ts")).openCertificates();
  return opened;
});

type Checked = boolean | RefusedVerdict;

/** Here, with PayPal's certificate (developer.paypal.com/api/rest/webhooks/rest). */
async function checkSignature(
  { body, now, env }: WebhookRequest,
  { transmission_id, transmission_time, transmission_sig, cert_url }: Signed,
  webhookIds: string[],
  load: () => Promise<Certificates>,
): Promise<Checked> {
  const signature = fromBase64(transmission_sig);
  if (!signature)
    return refuse("signature_malformed", "PAYPAL-TRANSMISSION-SIG is not base64. Was it changed on the way?");
  const key = await (await load()).keyAt(cert_url, now, env);
  if ("authentic" in key) return key;
  for (const webhookId of webhookIds) {
    const message = utf8(`${transmission_id}|${transmission_time}|${webhookId}|${crc32(body)}`);
    if (await crypto.subtle.verify("RSASSA-PKCS1-v1_5", key, signature, message)) return true;
  }
  return false;
}

/** By PayPal. */
async function askApi({ body, env }: WebhookRequest, signed: Signed, webhookIds: string[]): Promise<Checked> {
  const unset = ["PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET"].find((name) => !env(name));
  if (unset)
    return secretNotConfigured(
      unset,
      "that of the app, from the developer dashboard, or set PAYPAL_VERIFY to certificate",
    );
  const { openPaypal, whyUnverified } = await import("./api.ts");
  // The body becomes a part of our question as it stands: one that is no JSON by itself could add answers of its own.
  const event = jsonText(body);
  if (event === null) return false;
  try {
    const api = openPaypal(env);
    for (const webhookId of webhookIds)
      if (await api.verifySignature(signed, webhookId, event, AbortSignal.timeout(8000))) return true;
    return false;
  } catch (error) {
    const why = whyUnverified(error);
    return why === null
      ? false
      : refuseForNow("verification_unavailable", `PayPal could not be asked about this message: ${why}`);
  }
}

function jsonText(body: Uint8Array): string | null {
  try {
    const read = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    JSON.parse(read);
    return read;
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

/** What the link "up" leads to, where it is such an address: the capture of a refund, the order of a capture. */
function above(o: Json, address: Kind<string>): string | null {
  const links = o.each("links").filter((link) => link.at("rel").value === "up");
  return links.map((link) => link.maybe(address, "href")).find((found) => found !== null) ?? null;
}

const addressOf = (path: string): Kind<string> => ({
  name: "an address",
  read: (value) =>
    typeof value === "string" ? (new RegExp(`/${path}/([A-Za-z0-9]{1,255})$`).exec(value)?.[1] ?? null) : undefined,
});
const captureAddress = addressOf("payments/captures");
const wholeAddress = addressOf("(?:checkout/orders|payments/authorizations)");

/** What one type of event says, from its `resource` (always `o` here). A fact without a time has that of the event. */
type Says = (o: Json) => Timeless<Fact>[];
type Timeless<F> = F extends Fact ? Omit<F, "occurred_at"> & { occurred_at?: string } : never;

/** What a capture is of: its order, else the authorization that its link leads to. `order`: the capture itself, or the order that it is in. */
const orderOf = (capture: Json, order: Json) =>
  order === capture
    ? (capture.maybe(id, "supplementary_data.related_ids.order_id") ?? above(capture, wholeAddress))
    : order.maybe(id, "id");

/**
 * What all payment facts share. A capture inside its order knows its buyer by `order`, and perhaps our checkout by `unit`. An order may
 * be captured in several parts (`final_capture`).
 */
const payment = (capture: Json, unit: Json, order: Json) => ({
  provider_ref: capture.get(id, "id"),
  checkout_session_id: capture.maybe(checkoutId, "custom_id") ?? unit.maybe(checkoutId, "custom_id"),
  ...money(capture, "amount"),
  customer_ref: order.maybe(id, "payer.payer_id", "payment_source.paypal.account_id"),
  email: order.maybe(text(320), "payer.email_address", "payment_source.paypal.email_address"),
  ...partOf(orderOf(capture, order), capture.maybe(flag, "final_capture")),
});

const partOf = (part_of: string | null, is_last_part: boolean | null) =>
  part_of === null ? {} : { part_of, ...(is_last_part !== null && { is_last_part }) };

type CaptureFact = "payment.captured" | "payment.pending" | "payment.failed";

function captureFact(type: CaptureFact, capture: Json, unit = capture, order = capture): Timeless<Fact> {
  const fact = payment(capture, unit, order);
  if (type !== "payment.failed") return { type, ...fact };
  return { type, ...fact, failure_code: capture.maybe(text(255), "status_details.reason"), failure_message: null };
}

const captureIs =
  (type: CaptureFact): Says =>
  (o) => [captureFact(type, o)];

/** By the status of a capture. What was refunded was captured before; the refund's own event tells of it. */
const captureStatus: Record<string, CaptureFact> = {
  COMPLETED: "payment.captured",
  PARTIALLY_REFUNDED: "payment.captured",
  REFUNDED: "payment.captured",
  PENDING: "payment.pending",
  DECLINED: "payment.failed",
  FAILED: "payment.failed",
};

const capturesOf: Says = (o) =>
  o
    .each("purchase_units")
    .flatMap((unit) =>
      unit
        .each("payments.captures")
        .map((capture) => captureFact(capture.get(oneOf(captureStatus), "status"), capture, unit, o)),
    );

const waitsForCapture = oneOf({ CAPTURE: true, AUTHORIZE: false });

/** Money is not taken by an approval; but an order that was captured already may come under this name too. */
const orderApproved: Says = (o) => {
  const captures = capturesOf(o);
  if (captures.length > 0) return captures;
  if (!o.get(waitsForCapture, "intent")) return [];
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
    },
  ];
};

const orderCancelled: Says = (o) => [
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

/** All refunds of a capture together. */
const TOTAL = "seller_payable_breakdown.total_refunded_amount";

function refunded(payment_ref: string, o: Json, path: string): Timeless<Fact> {
  const { amount_minor, currency: code } = money(o, path);
  return { type: "payment.refunded", payment_ref, refunded_minor: amount_minor, currency: code };
}

/** The resource is the refund, and names its capture by a link only. `payer` in it is the shop. */
const refund =
  (reason: string | null = null): Says =>
  (o) => {
    if (o.at("status").value === "REFUNDED" || o.at("status").value === "PARTIALLY_REFUNDED") return captureRefunded(o);
    const payment_ref = o.maybe(id, "supplementary_data.related_ids.capture_id") ?? above(o, captureAddress);
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
    return status === "succeeded" && o.maybe(object, TOTAL) ? [update, refunded(payment_ref, o, TOTAL)] : [update];
  };

/** Older messages hold the capture instead: refunded in full, or with the total of its refunds. */
const captureRefunded: Says = (o) => [
  refunded(o.get(id, "id"), o, o.at("status").value === "REFUNDED" && !o.maybe(object, TOTAL) ? "amount" : TOTAL),
];

/** The capture that a dispute is about; one about several payments names more, and is kept with the first. */
const DISPUTED = "disputed_transactions.0.seller_transaction_id";

type DisputeStatus = Extract<Fact, { type: "dispute.updated" }>["status"];

const disputeStatus: Record<string, DisputeStatus | "resolved"> = {
  OPEN: "needs_response",
  WAITING_FOR_SELLER_RESPONSE: "needs_response",
  WAITING_FOR_BUYER_RESPONSE: "under_review",
  UNDER_REVIEW: "under_review",
  OTHER: "under_review", // not over
  RESOLVED: "resolved",
};

/** How one that is over ended. */
const disputeOutcome: Record<string, DisputeStatus> = {
  RESOLVED_BUYER_FAVOUR: "lost",
  ACCEPTED: "lost", // by us
  RESOLVED_SELLER_FAVOUR: "won",
  RESOLVED_WITH_PAYOUT: "won", // PayPal itself paid
  DENIED: "won",
  CANCELED_BY_BUYER: "closed",
  NONE: "closed", // another dispute took its place
};

/** An event may be sent some time after what it tells of: the dispute's own time decides which news is newer. */
const dispute: Says = (o) => {
  const status = o.get(oneOf(disputeStatus), "status");
  return [
    {
      type: "dispute.updated",
      occurred_at: o.maybe(isoTime, "update_time", "create_time") ?? undefined,
      provider_ref: o.get(id, "dispute_id"),
      payment_ref: o.get(id, DISPUTED),
      ...money(o, "dispute_amount"),
      status:
        status === "resolved" ? (o.maybe(oneOf(disputeOutcome), "dispute_outcome.outcome_code") ?? "closed") : status,
      reason: o.maybe(text(2000), "reason"),
      evidence_due_at: o.maybe(isoTime, "seller_response_due_date"),
    },
  ];
};

/** `…DENIED` is the v1 name of `…DECLINED`, still in PayPal's guides. `CHECKOUT.ORDER.CANCELLED` and `.VOIDED` are in no table of its. */
const says: Record<string, Says> = {
  "PAYMENT.CAPTURE.COMPLETED": captureIs("payment.captured"),
  "PAYMENT.CAPTURE.PENDING": captureIs("payment.pending"),
  "PAYMENT.CAPTURE.DECLINED": captureIs("payment.failed"),
  "PAYMENT.CAPTURE.DENIED": captureIs("payment.failed"),
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
