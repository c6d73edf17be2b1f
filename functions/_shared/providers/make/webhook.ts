/**
 * What make.com may tell us: three things that begin outside, and nothing else. It is told of all that happens here, and the
 * database is the truth: docs/guides/receive_messages.md, "What make.com may tell us".
 *
 * A scenario cannot easily sign a body, so a header carries the secret itself.
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
import type { Envelope, ReceivedResult, WebhookProvider } from "../webhook_provider.ts";

const SECRET = "MAKE_WEBHOOK_SECRET";
const WHERE =
  "a long random text without spaces, and send it from make.com as authorization: Bearer <secret>. Until then nothing is taken from make.com";

export const make = {
  name: "make",
  keptHeaders: [], // authorization and x-make-secret hold the secret itself

  async verify({ headers, env }: WebhookRequest): Promise<Verdict> {
    const secrets = secretsFrom(env, SECRET);
    if (secrets.length === 0) return secretNotConfigured(SECRET, WHERE);
    const given = /^bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "")?.[1] ?? headers.get("x-make-secret");
    if (!given) {
      return refuse(
        "secret_missing",
        "There is no header authorization: Bearer <secret>, or x-make-secret: <secret>. Add one in make.com's HTTP module.",
      );
    }
    if (!(await isSecret(given, secrets))) {
      return refuse(
        "secret_wrong",
        `That is no secret in ${SECRET} (there: ${secrets.length}). Set the same in make.com's HTTP module.`,
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
    if (!isTaken(type)) return { code: "not_taken_from_make", detail: `${whyNot(type)} make.com may tell ${TYPES}.` };
    if (id.read(body.at("id").value ?? "")) return null;
    return {
      code: "id_missing",
      detail:
        'There is no "id" in the body. Send what names this one thing, and is the same when it is sent again: the message id of the e-mail, ' +
        "the id of the form's submission, the calendar's id of the appointment with the time of its change.",
    };
  },

  read(event: unknown): Envelope {
    const body = new Json(event);
    return {
      id: body.get(id, "id"),
      type: body.get(id, "type"),
      occurredAt: orNull(() => body.maybe(isoTime, "occurred_at")),
      subject: body.maybe(id, "data.calendar_event_id", "data.question_id", "data.ticket_id"),
    };
  },

  translate(event: unknown, envelope: Envelope): Fact[] {
    const { type } = envelope;
    if (!isTaken(type)) return [];
    return translated(type, () => {
      const body = new Json(event);
      body.get(object, "data");
      body.maybe(isoTime, "occurred_at");
      return [says[type](body.at("data"), envelope, body)];
    });
  },

  async answer(_event: unknown, { error }: ReceivedResult): Promise<object> {
    return error === null ? {} : { error };
  },
} satisfies WebhookProvider;

/** In lower case, and without the name that mail programs write before it: `Amina <amina@example.com>`. */
const address: Kind<string> = {
  name: "an e-mail address",
  read: (value) => {
    if (typeof value !== "string") return undefined;
    const bare = (/<([^<>]*)>\s*$/.exec(value)?.[1] ?? value).trim().toLowerCase();
    if (bare === "") return null;
    return bare.length <= 320 && /^[^@\s]+@[^@\s]+$/.test(bare) && id.read(bare) ? bare : undefined;
  },
};

/** Words for people, without the space around them. Blank is nothing. */
const written = (max: number): Kind<string> => ({
  name: "text",
  read: (value) => (typeof value === "string" ? text(max).read(value.trim()) : undefined),
});

/** One of our own ids. Empty is how make.com writes what a module did not give. */
const ourId: Kind<string> = { ...uuid, read: (value) => (value === "" ? null : uuid.read(value)) };

/** What an external form holds, without what Postgres cannot store, and no larger or deeper than a form's. */
const fields: Kind<Record<string, unknown>> = {
  name: "an object of at most 64 kB, at most 10 deep",
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

function storable(value: unknown, depth: number): unknown {
  if (typeof value === "string") return words(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) throw new Error("too deep");
  if (Array.isArray(value)) return value.map((one) => storable(one, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [words(name), storable(one, depth - 1)]));
}

const words = (value: string) => text(65_536).read(value) ?? "";

type Says = (data: Json, envelope: Envelope, body: Json) => Fact;

const says = {
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
      // The latest wins, so it must be known.
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
  "reply.received": (data, envelope) => {
    const [question_id, ticket_id] = [data.maybe(ourId, "question_id"), data.maybe(ourId, "ticket_id")];
    if ((question_id === null) === (ticket_id === null))
      throw data.at("question_id").unexpected("either question_id or ticket_id");
    return {
      type: "reply.received",
      occurred_at: envelope.occurredAt,
      provider_ref: envelope.id,
      question_id,
      ticket_id,
      from: data.get(address, "from"),
      body: data.get(written(20_000), "body"),
    };
  },
  "form.submitted": (data, envelope) => ({
    type: "form.submitted",
    occurred_at: envelope.occurredAt,
    provider_ref: envelope.id,
    form: data.get(written(200), "form"),
    email: data.maybe(address, "email"),
    name: data.maybe(written(200), "name"),
    fields: data.maybe(fields, "fields") ?? {},
  }),
} satisfies Record<string, Says>;

const TYPES = Object.keys(says)
  .join(", ")
  .replace(/, (?=[^,]*$)/, " and ");

function isTaken(type: string): type is keyof typeof says {
  return Object.hasOwn(says, type);
}

const OF_MONEY =
  "make.com is told of money and never tells of it: the payment provider's own webhook does (Stripe, PayPal, Fapshi, Whop).";
const OF_ORDERS = "An order is made by its payment alone, and moved on by admins: a second way would make it twice.";
const OF_SEATS =
  "Somebody is enrolled by a payment alone, or by an admin in public.enrollments: a second way would enrol him twice.";
const OF_GOODS = "Products and stock are written by the backend, at functions/catalog.";
const OF_MEMBERS = "Memberships and credits come by Whop's own webhook.";
const OF_TIMES = "What changed in the calendar is told as calendar.changed.";
const OF_ANSWERS = "An answer by e-mail is told as reply.received.";

/** By the first word of a type. */
const REASONS: Record<string, string> = {
  ...{
    payment: OF_MONEY,
    refund: OF_MONEY,
    dispute: OF_MONEY,
    checkout: OF_MONEY,
    charge: OF_MONEY,
    payment_intent: OF_MONEY,
    invoice: OF_MONEY,
  },
  ...{ order: OF_ORDERS, fulfillment: OF_ORDERS },
  ...{ enrollment: OF_SEATS, cohort: OF_SEATS },
  ...{ product: OF_GOODS, stock: OF_GOODS, catalog: OF_GOODS },
  ...{ membership: OF_MEMBERS, credits: OF_MEMBERS },
  ...{ tutoring_session: OF_TIMES, appointment: OF_TIMES, calendar: OF_TIMES },
  ...{ question: OF_ANSWERS, ticket: OF_ANSWERS, reply: OF_ANSWERS, email: OF_ANSWERS },
  recap: "Recordings come by Fathom's own webhook.",
  meeting: "Recordings come by Fathom's own webhook.",
  customer: "Customers come by the payment providers' own webhooks.",
};

function whyNot(type: string): string {
  const family = type.split(".")[0]!;
  return (
    (Object.hasOwn(REASONS, family) && REASONS[family]) ||
    `${JSON.stringify(type.slice(0, 60))} is nothing that begins outside: what happens here, make.com is told of.`
  );
}
