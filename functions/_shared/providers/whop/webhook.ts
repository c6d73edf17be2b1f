/**
 * Whop's webhooks: both signature schemes, envelope and translation of the events.
 *
 * There are three generations of payloads, distinguished by their fields and not by a version number. v1 has `type`,
 * ISO times and nested objects (`user.id`); its dated versions from 2026-08-14 have flat ids (`payment_id`) and money
 * as an object (`{amount, currency, decimals}`); the old one (v2, v5) has `action`, unix seconds and flat ids, and goes
 * on for webhooks that were made with it. Amounts are decimals in major units in all. The shapes are in
 * @whop/sdk@0.0.42 (`webhooks.d.ts` and the like), in whopsdk-python (`types/payment.py`), and in @whop/api@0.0.51.
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
  orNull,
  reference,
  text,
  translated,
  unixTime,
} from "../../facts/json_reader.ts";
import { minorUnits } from "../../facts/money.ts";
import { before, isTold } from "../../facts/previous.ts";
import { storable } from "../../platform/storable.ts";
import type { Envelope, WebhookProvider } from "../webhook_provider.ts";

const SECRET = "WHOP_WEBHOOK_SECRET";
const OLD_SIGNATURE = "x-whop-signature";

export const whop = {
  name: "whop",
  keptHeaders: ["webhook-id", "webhook-timestamp", "webhook-signature", OLD_SIGNATURE],
  isSigned: (headers: Headers) => headers.has("webhook-signature") || headers.has(OLD_SIGNATURE),
  answersPings: true,
  eventTypes: () => Object.keys(translators).filter((type) => !FORMER.has(type)),
  parse: decimalsAsText,

  async verify(incoming: WebhookRequest): Promise<Verdict> {
    const secrets = secretsFrom(incoming.env, SECRET);
    if (secrets.length === 0)
      return secretNotConfigured(SECRET, "the secret (ws_…) that Whop shows when the webhook is created");
    const oldSignature = incoming.headers.get(OLD_SIGNATURE);
    if (oldSignature && isOld(incoming.headers)) return await verifyOld(incoming, oldSignature, secrets);
    // Unlike in the standard, the key is the whole text of the secret (docs.whop.com/developer/guides/webhooks).
    return await verifyStandardWebhook(incoming, secrets.map(utf8), { secretName: SECRET });
  },

  read(event: unknown, headers: Headers): Envelope {
    const body = new Json(event);
    const type = typeOf(body);
    const data = body.at("data");
    return {
      id: idOf(type, body, headers),
      type,
      occurredAt: timeOf(type, body, headers),
      subject: orNull(() =>
        /^(refund|dispute)/.test(type) ? data.maybe(reference, ...PAYMENT) : data.maybe(id, "id", "membership_id"),
      ),
      version:
        orNull(() => body.maybe(id, "api_version_date", "api_version")) ?? (body.at("action").value ? "v2" : null),
      account: orNull(() => body.maybe(id, "account_id", "company_id")),
    };
  },

  translate(event: unknown, { type, occurredAt }: Envelope): Fact[] {
    if (!isKnown(type)) return [];
    return translated(type, () => {
      const body = new Json(event);
      body.get(object, "data");
      // Before the object's own `previous_attributes`, those of the event (Whop documents no place).
      const previous = body.at(body.where("previous_attributes", "data.previous_attributes") ?? "previous_attributes");
      const occurred_at = occurredAt ?? new Date().toISOString();
      return translators[type](body.at("data"), previous).map((fact) => ({ occurred_at, ...fact }));
    });
  },
} satisfies WebhookProvider;

/**
 * Verifies the scheme of v2 and v5: `t=<unix seconds>,v1=<hex>`, HMAC-SHA256 over `t.body` (@whop/api,
 * makeWebhookValidator).
 */
async function verifyOld({ body, now }: WebhookRequest, header: string, secrets: string[]): Promise<Verdict> {
  const [, time, hex] = OLD_PATTERN.exec(header) ?? [];
  if (!time || !hex) {
    return refuse(
      "signature_malformed",
      "The X-Whop-Signature header is not t=<unix seconds>,v1=<64 hex digits>. Check whether a proxy changes it.",
    );
  }
  const received = fromHex(hex)!;
  const digests = await Promise.all(secrets.map((secret) => hmacSha256(secret, time, ".", body)));
  if (!digests.some((digest) => constantTimeEqual(digest, received))) {
    return signatureWrong(SECRET, secrets.length);
  }
  return clockRefusal(Number(time), now) ?? { authentic: true, trust: "signed" };
}

const OLD_PATTERN = /^t=(\d{1,12}),\s*v1=([0-9a-f]{64})$/;

/** Whether the request is signed by the old scheme, which does not cover the headers of the current one. */
const isOld = (headers: Headers) => headers.has(OLD_SIGNATURE) && !headers.has("webhook-signature");

/** When an event happened, else when it was sent. */
function timeOf(type: string, body: Json, headers: Headers): string | null {
  const paths = timePaths.get(type) ?? [];
  return body.at("data").readable(time, ...paths) ?? body.readable(time, "timestamp") ?? signedAt(headers);
}

/** When the request was signed: the only time of an old membership event. */
function signedAt(headers: Headers): string | null {
  const seconds = isOld(headers)
    ? OLD_PATTERN.exec(headers.get(OLD_SIGNATURE)!)?.[1]
    : headers.get("webhook-timestamp");
  return seconds && /^\d{1,12}$/.test(seconds) ? (unixTime.read(Number(seconds)) ?? null) : null;
}

/** The event type as spelled in the SDK. Whop also writes `_` instead of dots (old dashboard, skills repository). */
function typeOf(body: Json): string {
  const type = body.get(id, "type", "event", "action");
  return spellings.get(withoutSeparators(type)) ?? type;
}

const withoutSeparators = (type: string) => type.replace(/[._]/g, "");

/**
 * The id of an event. The current scheme has one in the header and the body. The old scheme has none: two equal bodies
 * are the same event. A body about a membership has no time either, and is the same when somebody leaves and joins
 * again: signed in another hour it is another event, which does no harm where it is a retry after all.
 */
function idOf(type: string, body: Json, headers: Headers): string {
  const givenId = (isOld(headers) ? null : id.read(headers.get("webhook-id") ?? "")) ?? body.maybe(id, "id");
  if (givenId) return givenId;
  const subject = body.maybe(id, "data.id", "data.membership_id") ?? "";
  const hour = type.startsWith("membership.") ? signedAt(headers)?.slice(0, 13) : undefined;
  const parts = [type.slice(0, 60), subject.slice(0, 100), fingerprint(textOf(body.value)), hour];
  return parts.filter((part) => part).join(":");
}

/** As JSON; of what is nested too deep for that, as much as is not. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(cut(value, MAX_DEPTH));
  }
}

const MAX_DEPTH = 100;

function cut(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return "…";
  return Object.entries(value).map(([name, member]) => [name, cut(member, depth - 1)]);
}

/**
 * 64-bit FNV-1a, since `crypto.subtle` is asynchronous. It does not protect against forgery, which is not needed: only
 * authentic events are hashed.
 */
function fingerprint(body: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of utf8(body)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}

/** Unix seconds in old bodies, ISO 8601 in current ones. */
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

/** A whole number of credits; the metadata of a shop may contain it as text. */
const wholeNumber: Kind<number> = {
  name: "a whole number from 1 to 1000000000",
  read: (value) => {
    const number = typeof value === "string" && /^\d{1,10}$/.test(value) ? Number(value) : value;
    return Number.isInteger(number) && (number as number) >= 1 && (number as number) <= 1_000_000_000
      ? (number as number)
      : undefined;
  },
};

/**
 * Translates the `data` of an event (always `o` here) to facts. A fact without a time gets that of the event.
 * `previous`: what of it was otherwise before the event.
 */
type Translator = (o: Json, previous: Json) => Timeless[];
type Timeless = Fact extends infer F
  ? F extends Fact
    ? Omit<F, "occurred_at"> & { occurred_at?: string }
    : never
  : never;
type Status<T extends Fact["type"]> = Extract<Fact, { type: T; status: string }>["status"];

/**
 * Money in minor units, read from its digits: a decimal beside the object's `currency`, or an object with its own. Whop
 * does not document how many decimals it sends: those beyond the currency's own are rounded. Null: none of `paths`
 * holds any.
 */
function moneyAt(o: Json, ...paths: string[]): { amount_minor: number; currency: string } | null {
  const path = o.where(...paths);
  if (path === null) return null;
  const whole = object.read(o.at(path).value) !== undefined;
  const code =
    (whole ? o.maybe(currency, `${path}.currency`) : null) ??
    o.maybe(currency, "currency", "payment.currency") ??
    o.get(currency, "currency");
  const digits = o.get(amount, whole ? `${path}.amount` : path);
  return { amount_minor: minorUnits(digits, code, "round"), currency: code };
}

function money(o: Json, ...paths: [string, ...string[]]): { amount_minor: number; currency: string } {
  const found = moneyAt(o, ...paths);
  if (found) return found;
  throw o.at(paths[0]).unexpected(`${amount.name} (here or at ${paths.slice(1).join(", ")})`);
}

const buyer = (o: Json) => ({
  customer_ref: o.maybe(reference, "user", "user_id"),
  email: o.maybe(text(320), "user.email", "customer_email", "user_email", "email"),
});

/**
 * The credits of a credit pack, which the shop marks in the metadata of its plan or checkout; null for other purchases.
 */
function creditsOf(o: Json) {
  if (o.at("metadata.type").value !== "credit_pack") return null;
  return {
    pack_ref: o.get(id, "metadata.packId", "metadata.pack_id"),
    credits: o.get(wholeNumber, "metadata.credits"),
  };
}

/** The buyer's price without Whop's own fees. */
const TOTAL = ["total", "final_amount"] as const;

/** What was paid. Where Whop gives no total in the payment's currency, the same in US dollars. */
const paid = (o: Json) => {
  const usd = o.where(...TOTAL) === null && o.where("usd_total") !== null;
  if (!usd) return money(o, ...TOTAL);
  return moneyAt(new Json({ usd_total: o.at("usd_total").value, currency: "usd" }), "usd_total")!;
};

/** The common fields of payment facts. */
function payment(o: Json) {
  const checkout_session_id = o.maybe(checkoutId, "metadata.checkout_session_id");
  const credits = checkout_session_id ? null : creditsOf(o); // Our checkout already has its items.
  return {
    provider_ref: o.get(id, "id"),
    checkout_session_id,
    ...paid(o),
    ...buyer(o),
    // Whop creates a membership for every purchase: it is the purpose of the payment only if there is no other.
    membership_ref: checkout_session_id || credits ? null : o.maybe(reference, "membership", "membership_id"),
    credits,
  };
}

/** The refunded amount of a payment that the API lists. In a payment webhook it is still 0. */
function refunded(o: Json): Timeless[] {
  const back = moneyAt(o, "refunded_amount");
  if (!back || back.amount_minor === 0) return [];
  const occurred_at = o.maybe(time, "refunded_at");
  return [
    {
      type: "payment.refunded",
      payment_ref: o.get(id, "id"),
      refunded_minor: back.amount_minor,
      currency: back.currency,
      ...(occurred_at && { occurred_at }),
    },
  ];
}

const captured: Translator = (o) => [{ type: "payment.captured", ...payment(o) }, ...refunded(o)];

/** Until it is paid, a payment may have no total; then there is no fact. */
const unlessWithoutTotal =
  (translate: Translator): Translator =>
  (o, previous) =>
    o.where(...TOTAL) === null ? [] : translate(o, previous);

const unpaid = (type: "payment.created" | "payment.pending"): Translator =>
  unlessWithoutTotal((o) => [{ type, ...payment(o) }, ...refunded(o)]);

const paymentFailed: Translator = unlessWithoutTotal((o) => [
  {
    type: "payment.failed",
    ...payment(o),
    failure_code: o.maybe(text(255), "decline_code"),
    failure_message: o.maybe(text(2000), "failure_message"),
  },
  ...refunded(o),
]);

const refundStatus: Record<string, Status<"refund.updated">> = {
  pending: "pending",
  requires_action: "pending",
  succeeded: "succeeded",
  failed: "failed",
  canceled: "cancelled",
};

/** `warning_…` is an inquiry: not a chargeback yet, but it needs a response like one. */
const disputeStatus: Record<string, Status<"dispute.updated">> = {
  warning_needs_response: "needs_response",
  needs_response: "needs_response",
  warning_under_review: "under_review",
  under_review: "under_review",
  won: "won",
  lost: "lost",
  warning_closed: "closed",
  closed: "closed",
  other: "closed", // none of the above: no action is possible
};

const PAYMENT = ["payment", "payment_id"] as const;

/** A refund or dispute may be of no payment that Whop names; then there is no fact. */
const unlessWithoutPayment =
  (translate: Translator): Translator =>
  (o, previous) =>
    o.maybe(reference, ...PAYMENT) === null ? [] : translate(o, previous);

/** The common fields of refunds and disputes. */
const moneyBack = (o: Json) => ({
  provider_ref: o.get(id, "id"),
  payment_ref: o.get(reference, ...PAYMENT),
  // What was settled counts against the payment; it is null where Whop knows no exchange rate.
  ...money(o, "amount", "original_amount"),
});

const refund: Translator = unlessWithoutPayment((o) => [
  {
    type: "refund.updated",
    ...moneyBack(o),
    status: o.get(oneOf(refundStatus), "status"),
    reason: o.maybe(text(2000), "failure_message", "failure_reason", "reason"),
  },
]);

const EVIDENCE_DUE = ["needs_response_by", "evidence_due_at"] as const;

const dispute: Translator = unlessWithoutPayment((o, previous) => [
  {
    type: "dispute.updated",
    ...moneyBack(o),
    status: o.get(oneOf(disputeStatus), "status"),
    reason: o.maybe(text(2000), "reason"),
    evidence_due_at: o.maybe(time, ...EVIDENCE_DUE),
    ...before(previous, {
      status: [oneOf(disputeStatus), "status"],
      reason: [text(2000), "reason"],
      evidence_due_at: [time, ...EVIDENCE_DUE],
    }),
  },
]);

const membershipStatus: Record<string, Status<"membership.updated">> = {
  trialing: "trialing",
  active: "active",
  canceling: "active", // until the period ends
  // A paid one-time purchase: permanent access, or until it expires (docs.whop.com, "Reactivate Membership").
  completed: "active",
  past_due: "past_due",
  unresolved: "past_due",
  drafted: "incomplete",
  canceled: "cancelled",
  expired: "expired",
};

/** The statuses that give access. */
const ACCESS_STATUSES: Status<"membership.updated">[] = ["trialing", "active", "past_due"];

const PRODUCT = ["product", "product_id", "plan", "plan_id"] as const;
const PERIOD_START = ["renewal_period_start", "current_period_start"] as const;
const PERIOD_END = ["renewal_period_end", "current_period_end", "expires_at"] as const;

/** Whether it ends with its period; with `previous`, whether it did before the event. */
function endsWithPeriod(o: Json, previous?: Json): boolean {
  const place = (name: string) => (previous && isTold(previous, name) ? previous : o);
  return (
    place("cancel_at_period_end").readable(flag, "cancel_at_period_end") === true ||
    place("status").at("status").value === "canceling"
  );
}

/** @param ended Whether the event means that access has ended, whatever the status of the membership is. */
const membership =
  (ended = false): Translator =>
  (o, previous) => {
    const isValid = o.maybe(flag, "valid");
    // The oldest webhooks say no more than whether it is valid.
    const status =
      isValid === null
        ? o.get(oneOf(membershipStatus), "status")
        : (o.maybe(oneOf(membershipStatus), "status") ?? "active");
    const hasEnded = ended || isValid === false;
    return [
      {
        type: "membership.updated",
        provider_ref: o.get(id, "id", "membership_id"),
        ...buyer(o),
        product_ref: o.maybe(reference, ...PRODUCT),
        status: hasEnded && ACCESS_STATUSES.includes(status) ? "expired" : status,
        current_period_start: o.maybe(time, ...PERIOD_START),
        current_period_end: o.maybe(time, ...PERIOD_END),
        cancel_at_period_end: endsWithPeriod(o),
        ...before(
          previous,
          {
            product_ref: [reference, ...PRODUCT],
            status: [oneOf(membershipStatus), "status"],
            current_period_start: [time, ...PERIOD_START],
            current_period_end: [time, ...PERIOD_END],
          },
          {
            cancel_at_period_end: isTold(previous, "cancel_at_period_end", "status")
              ? endsWithPeriod(o, previous)
              : undefined,
          },
        ),
      },
    ];
  };

/** How Whop calls channels that only a member and the account read, over its versions. */
const PRIVATE_CHANNELS = new Set(["direct_message", "dm", "dms_feed", "private", "support", "support_chat"]);

/** What stands for a message without text: a picture, a file, a poll. */
const WITHOUT_TEXT = "(no text)";

const chatMessage: Translator = (o) => {
  if (o.maybe(text(100), "message.message_type", "message_type") === "system") return [];
  const content = o.maybe(text(1_000_000), "message.content", "content")?.trim();
  const kind = o.maybe(text(100), "channel.type", "channel.kind", "channel_type");
  return [
    {
      type: "chat.posted",
      provider_ref: o.get(id, "message.id", "id"),
      channel_ref: o.get(reference, "channel", "channel_id", "message.channel_id"),
      private: PRIVATE_CHANNELS.has(kind ?? ""),
      author_ref: o.maybe(reference, "message.user", "message.user_id", "user", "user_id"),
      author_name: o.maybe(text(500), "message.user.name", "user.name"),
      body: content ? storable(content, 20_000) : WITHOUT_TEXT,
    },
  ];
};

const translators = {
  "payment.created": unpaid("payment.created"),
  "payment.pending": unpaid("payment.pending"),
  "payment.succeeded": captured,
  "payment.failed": paymentFailed,
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
  "chat.message.created": chatMessage,
} satisfies Record<string, Translator>;

/** Types of API versions before v1, which no webhook of v1 can be subscribed to (@whop/sdk 0.0.42, `WebhookEvent`). */
const FORMER = new Set<string>([
  "membership.went_valid",
  "membership.went_invalid",
  "membership.updated",
  "membership.metadata_updated",
] satisfies (keyof typeof translators)[]);

function isKnown(type: string): type is keyof typeof translators {
  return Object.hasOwn(translators, type);
}

/** The spelling of event types, by the type without separators: those we translate, and others that are only stored. */
const spellings = new Map(
  [
    ...Object.keys(translators),
    ...["created", "paid", "past_due", "voided", "marked_uncollectible"].map((event) => `invoice.${event}`),
    ...["dispute_alert.created", "membership.experience_claimed", "payment.affiliate_reward_created"],
    "chat.reaction.created",
  ].map((type) => [withoutSeparators(type), type]),
);

/** Where the time of an event is in `data`. The `timestamp` of the envelope is the time it was sent. */
const timePaths = new Map([
  ["payment.created", ["created_at"]],
  ["payment.pending", ["last_payment_attempt", "last_payment_attempt_at", "updated_at"]],
  ["payment.succeeded", ["paid_at", "updated_at"]],
  ["payment.failed", ["last_payment_attempt", "last_payment_attempt_at", "updated_at"]],
  ["refund.created", ["created_at"]],
  ["dispute.created", ["created_at"]],
  ["dispute.updated", ["updated_at"]],
  ["chat.message.created", ["message.created_at", "created_at"]],
  ...Object.keys(translators).flatMap((type): [string, string[]][] =>
    type.startsWith("membership.") ? [[type, ["updated_at"]]] : [],
  ),
]);
