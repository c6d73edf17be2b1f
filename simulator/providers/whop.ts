/**
 * Events as Whop would send them: payloads from tests/fixtures/whop with fresh ids and times, really signed. `legacy.…`
 * are those of the old webhooks (v5), in the old scheme. Signs with node:crypto and not with functions/, so that the
 * two check each other.
 */
import { createHmac, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { loadEnvironment } from "../../local/environment.ts";
import { freshId, get, type Overrides, set } from "../body.ts";
import type { Sender } from "../sender.ts";
import { standardHeaders } from "../standard_webhooks.ts";

const FIXTURES = new URL("../../tests/fixtures/whop/", import.meta.url);
const ENVELOPE = ["id", "api_version", "timestamp", "type", "event", "action", "company_id", "account_id"];

/** What is sent under another name than its fixture's: variants, and types that differ from another in a few fields. */
const VARIANTS: Record<string, [fixture: string, set: Overrides]> = {
  "payment.succeeded.credit_pack": [
    "payment.succeeded",
    { "data.metadata": { type: "credit_pack", packId: "pack_100", credits: "100" }, "data.billing_reason": "one_time" },
  ],
  "membership.updated": ["membership.activated", { type: "membership.updated" }],
  "membership.metadata_updated": ["membership.activated", { type: "membership.metadata_updated" }],
  "membership.trial_ending_soon": [
    "membership.activated",
    { type: "membership.trial_ending_soon", "data.status": "trialing" },
  ],
  "dispute.updated": ["dispute.created", { type: "dispute.updated", "data.status": "under_review" }],
  "legacy.payment.pending": [
    "legacy.payment.succeeded",
    { action: "payment.pending", "data.status": "pending", "data.paid_at": null },
  ],
  "legacy.refund.updated": ["legacy.refund.created", { action: "refund.updated", "data.status": "succeeded" }],
  "legacy.membership.metadata_updated": ["legacy.membership.went_valid", { action: "membership.metadata_updated" }],
  "legacy.membership.cancel_at_period_end_changed": [
    "legacy.membership.went_valid",
    { action: "membership.cancel_at_period_end_changed", "data.cancel_at_period_end": true },
  ],
};

/** Every name that `whopEvent` takes: an event type, perhaps with a variant of it, or `legacy.` and an old one's. */
export const whopTypes: readonly string[] = [
  ...readdirSync(FIXTURES)
    .filter((file) => file.endsWith(".json") && !file.startsWith("api.") && file !== "signature-vectors.json")
    .map((file) => file.slice(0, -".json".length)),
  ...Object.keys(VARIANTS),
].sort();

/**
 * Ids of what one sale makes are fresh in every event; ids of what the shop already has (users, products, plans) stay.
 */
const ANY_ID = /\b(?:msg|pay|mem|rf|dspt|payt|post|user|mber|prod|plan|biz|feed|ch)_[A-Za-z0-9]+/g;
const OF_ONE_SALE = /^(?:pay|mem|rf|dspt|payt|post)_/;

/**
 * The body of a new event, as of now. `overrides` sets fields by dotted path: `{ "data.total": 5 }`; an id that is set
 * replaces the one it stood for everywhere. The same `sale` gives the same object ids whatever the type and the
 * generation, so that a `refund.created` refunds what a `payment.succeeded` paid.
 */
export function whopEvent(type: string, overrides: Overrides = {}, sale: string = randomUUID()): string {
  if (!whopTypes.includes(type))
    throw new Error(`There is no Whop event "${type}". There are: ${whopTypes.join(", ")}`);
  for (const path of Object.keys(overrides)) {
    if (!path.startsWith("data.") && !ENVELOPE.includes(path)) {
      throw new Error(
        `"${path}" is no field of an event. Write data.${path}, or one of the envelope's: ${ENVELOPE.join(", ")}`,
      );
    }
  }
  const [fixture, variant] = VARIANTS[type] ?? [type, {}];
  const text = readFileSync(new URL(`${fixture}.json`, FIXTURES), "utf8");
  const original = JSON.parse(text);

  const renamed = new Map(
    Object.entries(overrides).flatMap(([path, value]) =>
      typeof value === "string" ? [[get(original, path), value]] : [],
    ),
  );
  const age = Math.floor(Date.now() / 1000) - happenedAt(original);
  const event = JSON.parse(text, (_, value) => {
    if (typeof value === "number") return isTime(value) ? value + age : value; // what lay a month ahead still does
    if (typeof value !== "string") return value;
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return new Date(Date.parse(value) + age * 1000).toISOString();
    return value.replace(ANY_ID, (id) => renamed.get(id) ?? (OF_ONE_SALE.test(id) ? freshId(id, sale) : id));
  });
  const all = { ...variant, ...(original.id && { id: freshId(original.id, randomUUID()) }), ...overrides };
  for (const [path, value] of Object.entries(all)) set(event, path, value);
  return JSON.stringify(event);
}

/**
 * The request headers Whop would send with this body: an old one is signed the old way. The key is the whole text of
 * the secret.
 */
export function whopHeaders(body: string, secret: string, now = Date.now()): Record<string, string> {
  const { id, action } = JSON.parse(body);
  const common = { "content-type": "application/json", "user-agent": "Whop-Webhooks/1.0" };
  return { ...common, ...(action === undefined ? standardHeaders(id, body, secret, now) : signOld(body, secret, now)) };
}

/** The scheme of v2 and v5. */
export function signOld(body: string | Uint8Array, secret: string, now = Date.now()): Record<string, string> {
  const time = Math.floor(now / 1000);
  return {
    "x-whop-signature": `t=${time},v1=${createHmac("sha256", secret).update(`${time}.`).update(body).digest("hex")}`,
  };
}

export const whop: Sender = {
  types: whopTypes,
  event: whopEvent,
  headers: (body) => whopHeaders(body, loadEnvironment().WHOP_WEBHOOK_SECRET!.split(" ")[0]!),
};

/**
 * When a fixture's event happened, in unix seconds. An old one does not say; it is the last thing in it that is past.
 */
function happenedAt({ timestamp, data }: { timestamp?: string; data: Record<string, unknown> }): number {
  if (timestamp) return Math.ceil(Date.parse(timestamp) / 1000);
  return Math.max(
    ...["created_at", "paid_at", "last_payment_attempt", "refunded_at", "expires_at"].map((name) =>
      Number(data[name] ?? 0),
    ),
  );
}

/** The fixtures' times in unix seconds, which no amount in them comes near. */
function isTime(value: number): boolean {
  return value > 1_700_000_000 && value < 1_900_000_000;
}
