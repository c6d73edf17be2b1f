/**
 * Events as Stripe would send them: payloads from tests/fixtures/stripe with fresh ids and times, really signed.
 * Signs with node:crypto and not with functions/, so that the two check each other.
 */
import { createHmac, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { loadEnvironment } from "../../local/environment.ts";
import { freshId, get, type Overrides, set } from "../body.ts";
import type { Sender } from "../sender.ts";

const FIXTURES = new URL("../../tests/fixtures/stripe/", import.meta.url);
const ENVELOPE = [
  "id",
  "object",
  "api_version",
  "account",
  "context",
  "created",
  "livemode",
  "pending_webhooks",
  "request",
  "type",
];

/** What is sent under another name than its fixture's: variants, and types that differ from another in a few fields. */
const VARIANTS: Record<string, [fixture: string, set?: Overrides]> = {
  "checkout.session.completed.unpaid": [
    "checkout.session.async_payment_succeeded",
    { type: "checkout.session.completed", "data.object.payment_status": "unpaid" },
  ],
  "payment_intent.processing": [
    "payment_intent.succeeded",
    { "data.object.status": "processing", "data.object.amount_received": 0 },
  ],
  "charge.refund.updated": ["refund.updated"],
  "charge.dispute.funds_reinstated": ["charge.dispute.closed", { "data.object.status": "won" }],
  "product.created": ["product.updated"],
  "product.deleted": ["product.updated"],
  "customer.subscription.paused": ["customer.subscription.updated", { "data.object.status": "paused" }],
  "customer.subscription.resumed": ["customer.subscription.created"],
  "customer.subscription.trial_will_end": ["customer.subscription.created", { "data.object.status": "trialing" }],
  "customer.subscription.pending_update_applied": ["customer.subscription.created"],
  "customer.subscription.pending_update_expired": ["customer.subscription.created"],
  "invoice.payment_succeeded": ["invoice.paid"],
};

/**
 * Every name that `stripeEvent` takes: an event type, perhaps with a variant of it
 * (`checkout.session.completed.unpaid`).
 */
export const stripeTypes: readonly string[] = [
  ...readdirSync(FIXTURES)
    .filter((file) => file.endsWith(".json") && file !== "signature-vectors.json")
    .map((file) => file.slice(0, -".json".length)),
  ...Object.keys(VARIANTS),
].sort();

/** Ids of what one sale makes are fresh in every event; ids of what the shop already has (customers, products) stay. */
const ANY_ID = /\b(?:evt|req|cs_test|pi|ch|re|du|txn|inpay|in|il|sub|si|cus|pm|prod|price)_[A-Za-z0-9]+/g;
const OF_ONE_SALE = /^(?:req|cs_test|pi|ch|re|du|txn|inpay|in|il|sub|si)_/;

/**
 * The body of a new event, as of now. `overrides` sets fields by dotted path: `{ "data.object.amount_total": 500 }`;
 * an id that is set replaces the one it stood for everywhere. The same `sale` gives the same object ids whatever the
 * type, so that a `charge.refunded` refunds what a `checkout.session.completed` paid.
 */
export function stripeEvent(type: string, overrides: Overrides = {}, sale: string = randomUUID()): string {
  if (!stripeTypes.includes(type))
    throw new Error(`There is no Stripe event "${type}". There are: ${stripeTypes.join(", ")}`);
  for (const path of Object.keys(overrides)) {
    if (!path.startsWith("data.") && !ENVELOPE.includes(path.split(".")[0]!)) {
      throw new Error(
        `"${path}" is no field of an event. Write data.object.${path}, or one of the envelope's: ${ENVELOPE.join(", ")}`,
      );
    }
  }
  const [fixture, variant] = VARIANTS[type] ?? [type];
  const text = readFileSync(new URL(`${fixture}.json`, FIXTURES), "utf8");
  const original = JSON.parse(text);

  const renamed = new Map(
    Object.entries(overrides).flatMap(([path, value]) =>
      typeof value === "string" ? [[get(original, path), value]] : [],
    ),
  );
  const age = Math.floor(Date.now() / 1000) - original.created;
  const event = JSON.parse(text, (_, value) => {
    if (typeof value === "string") {
      return value.replace(ANY_ID, (id) => renamed.get(id) ?? (OF_ONE_SALE.test(id) ? freshId(id, sale) : id));
    }
    return isTime(value) ? value + age : value; // what lay a week ahead still does
  });
  const all = {
    type: VARIANTS[type] ? type : original.type,
    ...variant,
    id: freshId(original.id, randomUUID()),
    ...overrides,
  };
  for (const [path, value] of Object.entries(all)) set(event, path, value);
  return JSON.stringify(event);
}

/** The request headers Stripe would send with this body. */
export function stripeHeaders(body: string | Uint8Array, secret: string, now = Date.now()): Record<string, string> {
  return {
    "content-type": "application/json; charset=utf-8",
    "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    "stripe-signature": sign(body, secret, now),
  };
}

/** The value of `Stripe-Signature`. */
export function sign(body: string | Uint8Array, secret: string, now = Date.now()): string {
  const time = Math.floor(now / 1000);
  return `t=${time},v1=${createHmac("sha256", secret).update(`${time}.`).update(body).digest("hex")}`;
}

export const stripe: Sender = {
  types: stripeTypes,
  event: stripeEvent,
  headers: (body, _url, env = loadEnvironment()) => stripeHeaders(body, env.STRIPE_WEBHOOK_SECRET!.split(" ")[0]!),
};

/** The fixtures' times in unix seconds, which no amount in them comes near. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && value > 1_700_000_000 && value < 1_900_000_000;
}
