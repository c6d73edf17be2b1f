/**
 * Whop's webhooks: both signing schemes, the envelope, and what each event says.
 *
 * Two generations are told apart by what they carry, never by a version: today's has `type`, ISO times and nested objects
 * (`user.id`); the old one (v2, v5) has `action`, unix seconds and flat ids (`user_id`). Amounts are decimals in major units
 * in both. `webhooks.d.ts` and the like are in @whop/sdk@0.0.42, the old shapes in @whop/api@0.0.51.
 */

import { constantTimeEqual, fromHex, hmacSha256, secretsFrom, utf8 } from "../../crypto/signature.ts";
import { signatureWrong, verifyStandardWebhook } from "../../crypto/standard_webhooks.ts";
import { clockRefusal, refuse, secretNotConfigured, type Verdict, type WebhookRequest } from "../../crypto/verdict.ts";
import type { Fact } from "../../facts/facts.ts";
import {
  checkoutId,
  currency,
  decimal,
  decimalsAsText,
  flag,
  id,
  isoTime,
  Json,
  type Kind,
  object,
  oneOf,
  reference,
  text,
  translated,
  unixTime,
} from "../../facts/json_reader.ts";
import { minorUnits } from "../../facts/money.ts";
import type { Envelope, WebhookProvider } from "../webhook_provider.ts";

const SECRET = "WHOP_WEBHOOK_SECRET";
const OLD_SIGNATURE = "x-whop-signature";

export const whop = {
  name: "whop",
  keptHeaders: ["webhook-id", "webhook-timestamp", "webhook-signature", OLD_SIGNATURE],
  answersPings: true,
  parse: decimalsAsText,

  async verify(incoming: WebhookRequest): Promise<Verdict> {
    const secrets = secretsFrom(incoming.env, SECRET);
    if (secrets.length === 0)
      return secretNotConfigured(SECRET, "the secret (ws_…) that Whop shows when the webhook is made");
    const old = incoming.headers.get(OLD_SIGNATURE);
    if (old && isOld(incoming.headers)) return await verifyOld(incoming, old, secrets);
    // Unlike the standard's, the key is the whole text of the secret (docs.whop.com/developer/guides/webhooks).
    return await verifyStandardWebhook(incoming, secrets.map(utf8), { secretName: SECRET });
  },

  read(event: unknown, headers: Headers): Envelope {
    const body = new Json(event);
    const type = typeOf(body);
    const data = body.at("data");
    body.get(object, "data");
    return {
      id: idOf(type, body, headers),
      type,
      occurredAt: data.maybe(time, ...(happened.get(type) ?? [])) ?? body.maybe(time, "timestamp") ?? signedAt(headers),
      subject: /^(refund|dispute)/.test(type) ? data.maybe(reference, "payment", "payment_id") : data.maybe(id, "id"),
    };
  },

  translate(event: unknown, { type, occurredAt }: Envelope): Fact[] {
    if (!isKnown(type)) return [];
    return translated(type, () => {
      if (occurredAt === null)
        throw new Json(event).at("timestamp").unexpected("a time (here, in data or in the signature)");
      return says[type](new Json(event).at("data")).map((said) => ({ occurred_at: occurredAt, ...said }));
    });
  },
} satisfies WebhookProvider;

/** The scheme of v2 and v5: `t=<unix seconds>,v1=<hex>`, HMAC-SHA256 over `t.body` (@whop/api, makeWebhookValidator). */
async function verifyOld({ body, now }: WebhookRequest, header: string, secrets: string[]): Promise<Verdict> {
  const [, time, hex] = OLD_FORM.exec(header) ?? [];
  if (!time || !hex) {
    return refuse(
      "signature_malformed",
      "The X-Whop-Signature header is not t=<unix seconds>,v1=<64 hex digits>. Was it changed on the way?",
    );
  }
  const theirs = fromHex(hex)!;
  const digests = await Promise.all(secrets.map((secret) => hmacSha256(secret, time, ".", body)));
  if (!digests.some((ours) => constantTimeEqual(ours, theirs))) {
    return signatureWrong(SECRET, secrets.length);
  }
  return clockRefusal(Number(time), now) ?? { authentic: true, trust: "signed" };
}

const OLD_FORM = /^t=(\d{1,12}),\s*v1=([0-9a-f]{64})$/;

/** Signed in the old scheme: then today's other headers prove nothing. */
const isOld = (headers: Headers) => headers.has(OLD_SIGNATURE) && !headers.has("webhook-signature");

/** When the request was signed: the only time there is of an old membership event. */
function signedAt(headers: Headers): string | null {
  const seconds = isOld(headers) ? OLD_FORM.exec(headers.get(OLD_SIGNATURE)!)?.[1] : headers.get("webhook-timestamp");
  return seconds && /^\d{1,12}$/.test(seconds) ? (unixTime.read(Number(seconds)) ?? null) : null;
}

/** An event's name as the SDK's types have it. Whop also writes them with `_` for the dots (its old dashboard, its skills repository). */
function typeOf(body: Json): string {
  const type = body.get(id, "type", "event", "action");
  return spelled.get(squashed(type)) ?? type;
}

const squashed = (type: string) => type.replace(/[._]/g, "");

/**
 * Today's id is in the header and the body. The old scheme has none: what is the same to the last letter is the same event.
 * (A setting that is switched on, off and on again sends one body twice; the reconciler sees how it ended.)
 */
function idOf(type: string, body: Json, headers: Headers): string {
  const given = (isOld(headers) ? null : id.read(headers.get("webhook-id") ?? "")) ?? body.maybe(id, "id");
  if (given) return given;
  const subject = body.get(id, "data.id");
  return `${type.slice(0, 60)}:${subject.slice(0, 100)}:${fingerprint(JSON.stringify(body.value))}`;
}

/** 64-bit FNV-1a. No protection, and none needed: only what is authentic gets here, and `crypto.subtle` is asynchronous. */
function fingerprint(words: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of utf8(words)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}

/** Unix seconds in old bodies, ISO 8601 in today's. */
const time: Kind<string> = {
  name: "a time in ISO 8601 or unix seconds",
  read: (value) => (typeof value === "number" ? unixTime.read(value) : isoTime.read(value)),
};

/** A decimal amount that fits minor units of any currency. */
const amount: Kind<string> = {
  name: "a decimal amount, 0 or more",
  read: (value) => {
    const digits = decimal.read(value);
    return digits && /^\d{1,12}(\.|$)/.test(digits) ? digits : undefined;
  },
};

/** A whole number of credits, which a shop's metadata may hold as text. */
const wholeNumber: Kind<number> = {
  name: "a whole number from 1 to 1000000000",
  read: (value) => {
    const number = typeof value === "string" && /^\d{1,10}$/.test(value) ? Number(value) : value;
    return Number.isInteger(number) && (number as number) >= 1 && (number as number) <= 1_000_000_000
      ? (number as number)
      : undefined;
  },
};

/** What one type of event says, from its `data` (always `o` here). A fact without a time of its own has that of the event. */
type Says = (o: Json) => Said[];
type Said = Fact extends infer F ? (F extends Fact ? Omit<F, "occurred_at"> & { occurred_at?: string } : never) : never;
type Status<T extends Fact["type"]> = Extract<Fact, { type: T; status: string }>["status"];

/** Money in minor units, by its digits. Whop promises nothing of how many they are: what is beyond the currency's own is rounded. */
function money(o: Json, ...paths: [string, ...string[]]) {
  const code = o.get(currency, "currency");
  return { amount_minor: minorUnits(o.get(amount, ...paths), code, "round"), currency: code };
}

const buyer = (o: Json) => ({
  customer_ref: o.maybe(reference, "user", "user_id"),
  email: o.maybe(text(320), "user.email", "user_email", "email"),
});

/** A credit pack of the shop's is told by the metadata of its plan or checkout. */
function creditsOf(o: Json) {
  if (o.at("metadata.type").value !== "credit_pack") return null;
  return {
    pack_ref: o.get(id, "metadata.packId", "metadata.pack_id"),
    credits: o.get(wholeNumber, "metadata.credits"),
  };
}

/** What all payment facts share. `total` is what the buyer was asked for without Whop's own fees, as `final_amount` was. */
function payment(o: Json) {
  const checkout_session_id = o.maybe(checkoutId, "metadata.checkout_session_id");
  const credits = checkout_session_id ? null : creditsOf(o); // a checkout of ours knows itself what it sells
  return {
    provider_ref: o.get(id, "id"),
    checkout_session_id,
    ...money(o, "total", "final_amount"),
    ...buyer(o),
    // Whop makes a membership of every purchase: it says what a payment is for only where nothing else does.
    membership_ref: checkout_session_id || credits ? null : o.maybe(reference, "membership", "membership_id"),
    credits,
  };
}

/** Payments that the API lists may have been refunded since; webhooks of payments come before that. */
function refunded(o: Json): Said[] {
  if (o.maybe(amount, "refunded_amount") === null) return [];
  const { amount_minor: refunded_minor, currency } = money(o, "refunded_amount");
  if (refunded_minor === 0) return [];
  const occurred_at = o.maybe(time, "refunded_at");
  return [
    {
      type: "payment.refunded",
      payment_ref: o.get(id, "id"),
      refunded_minor,
      currency,
      ...(occurred_at && { occurred_at }),
    },
  ];
}

const pays =
  (type: "payment.created" | "payment.pending" | "payment.captured"): Says =>
  (o) => [{ type, ...payment(o) }, ...refunded(o)];

/** What is begun may have no total yet; then there is nothing to say of it. */
const begins: Says = (o) => (o.maybe(amount, "total", "final_amount") === null ? [] : pays("payment.created")(o));

const fails: Says = (o) => [
  {
    type: "payment.failed",
    ...payment(o),
    failure_code: null,
    failure_message: o.maybe(text(2000), "failure_message"),
  },
  ...refunded(o),
];

const refundStatus: Record<string, Status<"refund.updated">> = {
  pending: "pending",
  requires_action: "pending",
  succeeded: "succeeded",
  failed: "failed",
  canceled: "cancelled",
};

/** `warning_…` is an inquiry: not a chargeback yet, but to be answered like one. */
const disputeStatus: Record<string, Status<"dispute.updated">> = {
  warning_needs_response: "needs_response",
  needs_response: "needs_response",
  warning_under_review: "under_review",
  under_review: "under_review",
  won: "won",
  lost: "lost",
  warning_closed: "closed",
  closed: "closed",
  other: "closed", // none of the above: nothing to be done here
};

/** What a refund and a dispute share. */
const moneyBack = (o: Json) => ({
  provider_ref: o.get(id, "id"),
  payment_ref: o.get(reference, "payment", "payment_id"),
  ...money(o, "amount"),
});

const refund: Says = (o) => [
  {
    type: "refund.updated",
    ...moneyBack(o),
    status: o.get(oneOf(refundStatus), "status"),
    reason: o.maybe(text(2000), "reason"),
  },
];

const dispute: Says = (o) => [
  {
    type: "dispute.updated",
    ...moneyBack(o),
    status: o.get(oneOf(disputeStatus), "status"),
    reason: o.maybe(text(2000), "reason"),
    evidence_due_at: o.maybe(time, "needs_response_by"),
  },
];

const membershipStatus: Record<string, Status<"membership.updated">> = {
  trialing: "trialing",
  active: "active",
  canceling: "active", // until the period ends
  completed: "active", // a one-time purchase is paid: access for good, or until it expires (docs.whop.com, "Reactivate Membership")
  past_due: "past_due",
  unresolved: "past_due",
  drafted: "incomplete",
  canceled: "cancelled",
  expired: "expired",
};

/** Those who may still come in. */
const MEMBER: Status<"membership.updated">[] = ["trialing", "active", "past_due"];

/** `ended`: the event itself says that access ended, whatever status the membership has on the way out. */
const membership =
  (ended = false): Says =>
  (o) => {
    const status = o.get(oneOf(membershipStatus), "status");
    const out = ended || o.maybe(flag, "valid") === false;
    return [
      {
        type: "membership.updated",
        provider_ref: o.get(id, "id"),
        ...buyer(o),
        product_ref: o.maybe(reference, "product", "product_id", "plan", "plan_id"),
        status: out && MEMBER.includes(status) ? "expired" : status,
        current_period_start: o.maybe(time, "renewal_period_start"),
        current_period_end: o.maybe(time, "renewal_period_end", "expires_at"),
        cancel_at_period_end: o.maybe(flag, "cancel_at_period_end") === true || o.at("status").value === "canceling",
      },
    ];
  };

const says = {
  "payment.created": begins,
  "payment.pending": pays("payment.pending"),
  "payment.succeeded": pays("payment.captured"),
  "payment.failed": fails,
  "refund.created": refund,
  "refund.updated": refund,
  "dispute.created": dispute,
  "dispute.updated": dispute,
  "membership.activated": membership(),
  "membership.went_valid": membership(),
  "membership.deactivated": membership(true),
  "membership.went_invalid": membership(true),
  "membership.updated": membership(),
  "membership.metadata_updated": membership(),
  "membership.cancel_at_period_end_changed": membership(),
  "membership.trial_ending_soon": membership(),
} satisfies Record<string, Says>;

function isKnown(type: string): type is keyof typeof says {
  return Object.hasOwn(says, type);
}

/** The names that have one right spelling here: those that we act on, and others that are kept. */
const spelled = new Map(
  [
    ...Object.keys(says),
    ...["created", "paid", "past_due", "voided", "marked_uncollectible"].map((what) => `invoice.${what}`),
    ...["dispute_alert.created", "membership.experience_claimed", "payment.affiliate_reward_created"],
    ...["chat.message.created", "chat.reaction.created"],
  ].map((type) => [squashed(type), type]),
);

/** Where in `data` an event says when it happened. The envelope's own `timestamp` is when it was sent. */
const happened = new Map([
  ["payment.created", ["created_at"]],
  ["payment.pending", ["last_payment_attempt", "updated_at"]],
  ["payment.succeeded", ["paid_at", "updated_at"]],
  ["payment.failed", ["last_payment_attempt", "updated_at"]],
  ["refund.created", ["created_at"]],
  ["dispute.created", ["created_at"]],
  ...Object.keys(says).flatMap((type): [string, string[]][] =>
    type.startsWith("membership.") ? [[type, ["updated_at"]]] : [],
  ),
]);
