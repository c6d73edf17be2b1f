/**
 * Events as PayPal would send them: payloads from tests/fixtures/paypal with fresh ids and times, really signed, with
 * the certificate of local/providers/paypal_development. Signs with node:crypto and not with functions/, so that the
 * two check each other.
 */
import { randomUUID, sign } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { loadEnvironment } from "../../local/environment.ts";
import { CERTIFICATE_PATH, captureIdOf, developmentKey, paypalId, signedText } from "../../local/providers/paypal.ts";
import { get, lettersOf, type Overrides, set } from "../body.ts";
import type { Sender } from "../sender.ts";

const FIXTURES = new URL("../../tests/fixtures/paypal/", import.meta.url);
const ENVELOPE = [
  "id",
  "event_version",
  "create_time",
  "resource_type",
  "resource_version",
  "event_type",
  "summary",
  "links",
];

/** What is sent under another name than its fixture's: variants, and types that differ from another in a few fields. */
const VARIANTS: Record<string, [fixture: string, set: Overrides]> = {
  "CHECKOUT.ORDER.APPROVED.captured": ["CHECKOUT.ORDER.COMPLETED", { event_type: "CHECKOUT.ORDER.APPROVED" }],
  "CHECKOUT.ORDER.APPROVED.authorize": ["CHECKOUT.ORDER.APPROVED", { "resource.intent": "AUTHORIZE" }],
  "CHECKOUT.ORDER.CANCELLED": [
    "CHECKOUT.ORDER.APPROVED",
    { event_type: "CHECKOUT.ORDER.CANCELLED", summary: "An order was cancelled", "resource.status": "VOIDED" },
  ],
  "CHECKOUT.ORDER.VOIDED": [
    "CHECKOUT.ORDER.APPROVED",
    { event_type: "CHECKOUT.ORDER.VOIDED", summary: "An order was voided", "resource.status": "VOIDED" },
  ],
  "CUSTOMER.DISPUTE.UPDATED": [
    "CUSTOMER.DISPUTE.CREATED",
    {
      event_type: "CUSTOMER.DISPUTE.UPDATED",
      summary: "A dispute was updated",
      "resource.status": "UNDER_REVIEW",
      "resource.dispute_life_cycle_stage": "CHARGEBACK",
      "resource.seller_response_due_date": null,
    },
  ],
  "CUSTOMER.DISPUTE.RESOLVED": [
    "CUSTOMER.DISPUTE.CREATED",
    {
      event_type: "CUSTOMER.DISPUTE.RESOLVED",
      summary: "A dispute was resolved",
      "resource.status": "RESOLVED",
      "resource.dispute_outcome": { outcome_code: "RESOLVED_SELLER_FAVOUR" },
      "resource.seller_response_due_date": null,
    },
  ],
  ...Object.fromEntries(
    ["PENDING", "COMPLETED", "FAILED", "CANCELLED"].map((status) => [
      `PAYMENT.REFUND.${status}`,
      ["PAYMENT.CAPTURE.REFUNDED", { event_type: `PAYMENT.REFUND.${status}`, "resource.status": status }],
    ]),
  ),
  "PAYMENT.CAPTURE.REFUNDED.capture": [
    "PAYMENT.CAPTURE.COMPLETED",
    { event_type: "PAYMENT.CAPTURE.REFUNDED", "resource.status": "REFUNDED" },
  ],
};

/**
 * Every name that `paypalEvent` takes: an event type, perhaps with a variant of it
 * (`CHECKOUT.ORDER.APPROVED.captured`).
 */
export const paypalTypes: readonly string[] = [
  ...readdirSync(FIXTURES)
    .filter((file) => /^[A-Z].*\.json$/.test(file))
    .map((file) => file.slice(0, -".json".length)),
  ...Object.keys(VARIANTS),
].sort();

/**
 * The fixtures' own ids of what one sale makes, and what each becomes; and the note by which the shop knows the sale.
 */
function idsOf(sale: string): Record<string, string> {
  const order = paypalId("order", sale);
  return {
    "5O190127TN364715T": order,
    "3C679366HH908993F": captureIdOf(order),
    "1JU08902781691411": paypalId("refund", sale),
    "09E71677NS257044M": paypalId("reversal", sale),
    "PP-D-20261120": `PP-D-${Number.parseInt(lettersOf(8, sale), 16)}`,
    // PayPal takes money for an invoice once.
    "INV-2026-0042": `INV-${lettersOf(12, sale)}`,
    ord_01JD2Q9X6V8M: "ord_01JD2Q9X6V8M",
  };
}

/**
 * The body of a new event, as of now. `overrides` sets fields by dotted path: `{ "resource.amount.value": "5.00" }`; an
 * id or a custom_id that is set replaces the one it stood for everywhere. The same `sale` gives the same object ids
 * whatever the type, so that a `PAYMENT.CAPTURE.REFUNDED` refunds what a `PAYMENT.CAPTURE.COMPLETED` paid.
 */
export function paypalEvent(type: string, overrides: Overrides = {}, sale: string = randomUUID()): string {
  if (!paypalTypes.includes(type))
    throw new Error(`There is no PayPal event "${type}". There are: ${paypalTypes.join(", ")}`);
  for (const path of Object.keys(overrides)) {
    if (!path.startsWith("resource.") && !ENVELOPE.includes(path.split(".")[0]!)) {
      throw new Error(
        `"${path}" is no field of an event. Write resource.${path}, or one of the envelope's: ${ENVELOPE.join(", ")}`,
      );
    }
  }
  const [fixture, variant] = VARIANTS[type] ?? [type, {}];
  const text = readFileSync(new URL(`${fixture}.json`, FIXTURES), "utf8");
  const original = JSON.parse(text);

  const ids = idsOf(sale);
  for (const [path, value] of Object.entries(overrides)) {
    const known = get(original, path);
    if (typeof value === "string" && typeof known === "string" && Object.hasOwn(ids, known)) ids[known] = value;
  }
  const eventId =
    typeof overrides.id === "string" ? overrides.id : `WH-${paypalId(randomUUID())}-${paypalId(randomUUID())}`;
  const age = Date.now() - Date.parse(original.create_time);
  const event = JSON.parse(text, (_, value) => {
    if (typeof value !== "string") return value;
    if (/^\d{4}-\d\d-\d\dT/.test(value)) return later(value, age);
    return value
      .replaceAll(original.id, eventId)
      .replace(/PP-D-\d+|INV-\d+-\d+|[A-Za-z0-9_]{15,}/g, (id) => ids[id] ?? id);
  });
  for (const [path, value] of Object.entries({ ...variant, ...overrides })) set(event, path, value);
  return JSON.stringify(event);
}

/** A time moved by `age` ms and still written as it was: with or without ms, in UTC or seven hours behind it. */
function later(time: string, age: number): string {
  const offset = /[+-]\d\d:\d\d$/.exec(time)?.[0];
  const shift = offset ? Number(offset.slice(0, 3)) * 3_600_000 : 0;
  const iso = new Date(Date.parse(time) + age + shift).toISOString();
  return (time.includes(".") ? iso.slice(0, -1) : iso.slice(0, 19)) + (offset ?? "Z");
}

/**
 * The request headers PayPal would send with this body to the webhook of this id. `certificate`: the address of its
 * certificate.
 */
export function paypalHeaders(
  body: string | Uint8Array,
  webhookId: string,
  now = Date.now(),
  certificate = developmentCertificate(),
): Record<string, string> {
  const id = randomUUID();
  const time = `${new Date(now).toISOString().slice(0, 19)}Z`;
  const signature = sign("sha256", Buffer.from(signedText(id, time, webhookId, body)), developmentKey());
  return {
    "content-type": "application/json",
    "user-agent": "PayPal/AUHD-214.0-58391792",
    "paypal-transmission-id": id,
    "paypal-transmission-time": time,
    "paypal-transmission-sig": signature.toString("base64"),
    "paypal-auth-version": "v2",
    "paypal-auth-algo": "SHA256withRSA",
    "paypal-cert-url": certificate,
    "correlation-id": lettersOf(13, id),
  };
}

/** Where the stand-in serves it: at PAYPAL_BASE_URL, or below the stack that the event is sent to. */
function developmentCertificate(url = "http://127.0.0.1:54321"): string {
  return (
    (loadEnvironment().PAYPAL_BASE_URL || `${new URL(url).origin}/providers/paypal`).replace(/\/$/, "") +
    CERTIFICATE_PATH
  );
}

export const paypal: Sender = {
  types: paypalTypes,
  event: paypalEvent,
  headers: (body, url, env = loadEnvironment()) =>
    paypalHeaders(body, env.PAYPAL_WEBHOOK_ID!.split(" ")[0]!, Date.now(), developmentCertificate(url)),
};
