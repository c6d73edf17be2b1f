/**
 * The webhooks that make.com may send: three types of event that originate outside Signalbox, and no others. make.com
 * receives all other events from us, and the database is the source of truth: docs/guides/receive_messages.md, "What
 * make.com may report".
 *
 * A make.com scenario cannot easily sign a body, so a header contains the secret itself.
 */

import { isSecret, secretsFrom, utf8 } from "../../crypto/signature.ts";
import { type Refusal, refuse, secretNotConfigured, type Verdict, type WebhookRequest } from "../../crypto/verdict.ts";
import type { Fact } from "../../facts/facts.ts";
import {
  id,
  isoTime,
  Json,
  type Kind,
  link,
  object,
  oneOf,
  orNull,
  text,
  translated,
  uuid,
} from "../../facts/json_reader.ts";
import { bearerToken } from "../../http/bearer_token.ts";
import type { Envelope, ReceivedResult, WebhookProvider } from "../webhook_provider.ts";

const SECRET = "MAKE_WEBHOOK_SECRET";
const WHERE =
  "a long random text without spaces, and send it from make.com as authorization: Bearer <secret>. " +
  "Until then nothing is accepted from make.com";

export const make = {
  name: "make",
  keptHeaders: [], // authorization and x-make-secret contain the secret itself
  isSigned: (headers: Headers) => headers.has("authorization") || headers.has("x-make-secret"),
  signsNoBody: true,

  async verify({ headers, env }: WebhookRequest): Promise<Verdict> {
    const secrets = secretsFrom(env, SECRET);
    if (secrets.length === 0) return secretNotConfigured(SECRET, WHERE);
    const secret = bearerToken(headers) ?? headers.get("x-make-secret");
    if (!secret) {
      return refuse(
        "secret_missing",
        "There is no header authorization: Bearer <secret>, or x-make-secret: <secret>. " +
          "Add one in make.com's HTTP module.",
      );
    }
    if (!(await isSecret(secret, secrets))) {
      return refuse(
        "secret_wrong",
        `The secret of the request is none of those in ${SECRET} (${secrets.length} set). ` +
          "Set the same secret in make.com's HTTP module.",
      );
    }
    return { authentic: true, trust: "signed" };
  },

  refuses(event: unknown): Refusal | null {
    const body = new Json(event);
    const type = id.read(body.at("type").value ?? "");
    if (!type) {
      return {
        code: "type_missing",
        detail: `There is no "type" in the body. Send {"id", "type", "occurred_at", "data"}; type is one of ${TYPES}.`,
      };
    }
    if (!isAccepted(type)) {
      return { code: "not_taken_from_make", detail: `${reasonNotAccepted(type)} make.com may send ${TYPES}.` };
    }
    if (id.read(body.at("id").value ?? "")) return null;
    return {
      code: "id_missing",
      detail:
        'There is no "id" in the body. Send an id that is unique to this event and the same when it is sent again: ' +
        "the message id of the e-mail, the id of the form submission, " +
        "or the calendar's id of the appointment with the time of its change.",
    };
  },

  read(event: unknown): Envelope {
    const body = new Json(event);
    return {
      // make.com's scenarios choose their own ids, so events of different types may have the same one. Never cut: what
      // differs may be the end, such as the time of a change.
      id: `${body.get(id, "type")}/${body.get(id, "id")}`,
      type: body.get(id, "type"),
      occurredAt: orNull(() => body.maybe(isoTime, "occurred_at")),
      subject: body.maybe(id, "data.calendar_event_id", "data.question_id", "data.ticket_id"),
    };
  },

  translate(event: unknown, envelope: Envelope): Fact[] {
    const { type } = envelope;
    if (!isAccepted(type)) return [];
    return translated(type, () => {
      const body = new Json(event);
      body.get(object, "data");
      body.maybe(isoTime, "occurred_at");
      return [translators[type](body.at("data"), envelope, body)];
    });
  },

  async answer(_event: unknown, { error }: ReceivedResult): Promise<object> {
    return error === null ? {} : { error };
  },
} satisfies WebhookProvider;

/** An e-mail address in lower case, without the name that mail programs put before it: `Amina <amina@example.com>`. */
const address: Kind<string> = {
  name: "an e-mail address",
  read: (value) => {
    if (typeof value !== "string") return undefined;
    const email = (/<([^<>]*)>\s*$/.exec(value)?.[1] ?? value).trim().toLowerCase();
    if (email === "") return null;
    return email.length <= 320 && /^[^@\s]+@[^@\s]+$/.test(email) && id.read(email) ? email : undefined;
  },
};

/** Text for display, trimmed and cut to `max` characters. Blank text reads as null. */
const trimmed = (max: number): Kind<string> => ({
  name: "text",
  read: (value) => (typeof value === "string" ? text(max).read(value.trim()) : undefined),
});

/** One of our own ids. make.com sends "" for a value that a module did not set: it reads as null. */
const ourId: Kind<string> = { ...uuid, read: (value) => (value === "" ? null : uuid.read(value)) };

/** The fields of an external form, limited in size and depth, without characters that Postgres cannot store. */
const fields: Kind<Record<string, unknown>> = {
  name: "an object of at most 64 KiB and 10 levels",
  read: (value) => {
    if (!object.read(value)) return undefined;
    try {
      const stored = storable(value, 10) as Record<string, unknown>;
      return utf8(JSON.stringify(stored)).length <= 65_536 ? stored : undefined;
    } catch {
      return undefined;
    }
  },
};

/** `value` without characters that Postgres cannot store. @throws Error when it has more than `depth` levels. */
function storable(value: unknown, depth: number): unknown {
  if (typeof value === "string") return storableText(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) throw new Error("too deep");
  if (Array.isArray(value)) return value.map((member) => storable(member, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [storableText(name), storable(member, depth - 1)]),
  );
}

const storableText = (value: string) => text(65_536).read(value) ?? "";

/**
 * Whether the receiving mail server verified the sender: "pass", or an Authentication-Results header (RFC 8601) with a
 * pass of DKIM or DMARC. SPF alone does not verify the From line.
 */
function authenticated(verdict: string | null): boolean {
  return verdict !== null && /^\s*pass\s*$|\b(?:dkim|dmarc)\s*=\s*pass\b/i.test(verdict);
}

type Translator = (data: Json, envelope: Envelope, body: Json) => Fact;

const translators = {
  "calendar.changed": (data, { occurredAt }, body) => {
    const [starts_at, ends_at] = [data.maybe(isoTime, "starts_at"), data.maybe(isoTime, "ends_at")];
    if (starts_at === null && ends_at !== null)
      throw data.at("starts_at").unexpected("a time in ISO 8601 (beside ends_at)");
    if (starts_at !== null && !(ends_at !== null && ends_at > starts_at))
      throw data.at("ends_at").unexpected("a time after starts_at");
    const [session_id, appointment_id] = [data.maybe(ourId, "session_id"), data.maybe(ourId, "appointment_id")];
    if (session_id !== null && appointment_id !== null)
      throw data.at("appointment_id").unexpected("either session_id or appointment_id");
    return {
      type: "calendar.changed",
      // Required: the latest change wins.
      occurred_at: occurredAt ?? body.get(isoTime, "occurred_at"),
      provider_ref: data.get(id, "calendar_event_id"),
      session_id,
      appointment_id,
      starts_at,
      ends_at,
      status: data.maybe(oneOf({ confirmed: "confirmed", cancelled: "cancelled" } as const), "status"),
      meet_link: data.maybe(link(2000), "meet_link"),
    };
  },
  "reply.received": (data, envelope, body) => {
    const [question_id, ticket_id] = [data.maybe(ourId, "question_id"), data.maybe(ourId, "ticket_id")];
    if ((question_id === null) === (ticket_id === null))
      throw data.at("question_id").unexpected("either question_id or ticket_id");
    return {
      type: "reply.received",
      occurred_at: envelope.occurredAt,
      provider_ref: body.get(id, "id"),
      question_id,
      ticket_id,
      from: data.get(address, "from"),
      token: data.maybe(id, "reply_token"),
      authenticated: authenticated(data.maybe(text(10_000), "authentication")),
      body: data.get(trimmed(20_000), "body"),
    };
  },
  "form.submitted": (data, envelope, body) => ({
    type: "form.submitted",
    occurred_at: envelope.occurredAt,
    provider_ref: body.get(id, "id"),
    form: data.get(trimmed(200), "form"),
    email: data.maybe(address, "email"),
    name: data.maybe(trimmed(200), "name"),
    fields: data.maybe(fields, "fields") ?? {},
  }),
} satisfies Record<string, Translator>;

/** "a, b and c", for messages. */
const TYPES = Object.keys(translators)
  .join(", ")
  .replace(/, (?=[^,]*$)/, " and ");

function isAccepted(type: string): type is keyof typeof translators {
  return Object.hasOwn(translators, type);
}

const PAYMENTS =
  "Payments are not accepted from make.com: " +
  "the payment provider's own webhook sends them (Stripe, PayPal, Fapshi, Whop).";
const ORDERS =
  "An order is created only by its payment and updated only by admins: a second source would create it twice.";
const ENROLLMENTS =
  "A person is enrolled only by a payment, or by an admin in public.enrollments: " +
  "a second source would enrol the person twice.";
const PRODUCTS = "Products and stock are written by the backend, at functions/catalog.";
const MEMBERSHIPS = "Memberships and credits are sent by Whop's own webhook.";
const APPOINTMENTS = "Send a change in the calendar as calendar.changed.";
const REPLIES = "Send a reply by e-mail as reply.received.";
const RECORDINGS = "Recordings are sent by Fathom's own webhook.";

/** Why a type of event is not accepted, by its first word. */
const REASONS: Record<string, string> = {
  ...{
    payment: PAYMENTS,
    refund: PAYMENTS,
    dispute: PAYMENTS,
    checkout: PAYMENTS,
    charge: PAYMENTS,
    payment_intent: PAYMENTS,
    invoice: PAYMENTS,
  },
  ...{ order: ORDERS, fulfillment: ORDERS },
  ...{ enrollment: ENROLLMENTS, cohort: ENROLLMENTS },
  ...{ product: PRODUCTS, stock: PRODUCTS, catalog: PRODUCTS },
  ...{ membership: MEMBERSHIPS, credits: MEMBERSHIPS },
  ...{ tutoring_session: APPOINTMENTS, appointment: APPOINTMENTS, calendar: APPOINTMENTS },
  ...{ question: REPLIES, ticket: REPLIES, reply: REPLIES, email: REPLIES },
  ...{ recap: RECORDINGS, meeting: RECORDINGS },
  customer: "Customers are sent by the payment providers' own webhooks.",
};

function reasonNotAccepted(type: string): string {
  const family = type.split(".")[0]!;
  return (
    (Object.hasOwn(REASONS, family) && REASONS[family]) ||
    `${JSON.stringify(type.slice(0, 60))} is not a type of event that originates outside Signalbox.`
  );
}
