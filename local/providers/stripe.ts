/** A stand-in for Stripe's API (docs.stripe.com/api): its events, and how its payments and checkouts stand. */
import { type Asked, type StandIn, standIn } from "./stand-in.ts";

interface Thing extends Record<string, unknown> {
  id: string;
}
interface Event extends Thing {
  type: string;
  created: number;
  data: { object: Thing };
}

export interface StripeStandIn extends StandIn {
  /** The webhook of this event was taken: it is no longer listed as undelivered. */
  delivered(id: string): void;
}

export function createStripe(): StripeStandIn {
  const events = new Map<string, Event>();
  const delivered = new Set<string>();
  const intents = new Map<string, Thing>();
  const sessions = new Map<string, Thing>();

  function put(body: string): void {
    const event: Event = JSON.parse(body);
    events.set(event.id, event);
    const { object } = event.data;
    if (object.object === "payment_intent") intents.set(object.id, object);
    if (object.object !== "checkout.session") return;
    sessions.set(object.id, object);
    if (typeof object.payment_intent === "string") {
      intents.set(object.payment_intent, { ...intents.get(object.payment_intent), ...intentOf(event) });
    }
  }

  function answer(asked: Asked, url: URL): Response | null {
    if (!/^Bearer \S/.test(asked.headers.get("authorization") ?? "")) return error(401, "You did not provide an API key.");
    if (asked.method !== "GET") return null;
    const [, list = "", id = ""] = /^\/v1\/(events|payment_intents|checkout\/sessions)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    switch (list) {
      case "events":
        return id ? one("event", events, id) : listEvents(url.searchParams);
      case "payment_intents":
        return one("payment_intent", intents, id);
      case "checkout/sessions":
        return one("checkout.session", sessions, id);
    }
    return null;
  }

  function listEvents(query: URLSearchParams): Response {
    const number = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise);
    const from = Math.max(number("created[gte]", 0), number("created[gt]", -1) + 1);
    const to = Math.min(number("created[lte]", Number.POSITIVE_INFINITY), number("created[lt]", Number.POSITIVE_INFINITY) - 1);
    const types = [...query].filter(([name]) => /^types\[\d*\]$|^type$/.test(name)).map(([, type]) => type);
    const success = query.get("delivery_success");
    const limit = number("limit", 10);
    if (!(limit >= 1 && limit <= 100)) return error(400, `Invalid integer: ${query.get("limit")}`);

    const newestFirst = [...events.values()].reverse().sort((a, b) => b.created - a.created);
    const after = query.get("starting_after");
    const last = newestFirst.findIndex(({ id }) => id === after);
    if (after !== null && last < 0) return unknown("event", after);
    const found = newestFirst
      .slice(last + 1)
      .filter(
        ({ id, type, created }) =>
          created >= from &&
          created <= to &&
          (types.length === 0 || types.includes(type)) &&
          (success === null || delivered.has(id) === (success === "true")),
      );
    return Response.json({ object: "list", url: "/v1/events", has_more: found.length > limit, data: found.slice(0, limit) });
  }

  return Object.assign(standIn({ put, answer }), { delivered: (id: string) => void delivered.add(id) });
}

/** The payment of a checkout, as far as an event about the checkout tells. */
function intentOf({ type, data: { object: session } }: Event): Thing {
  const { payment_intent, amount_total: amount, currency, customer, metadata, livemode, created } = session;
  const failed = type === "checkout.session.async_payment_failed";
  const status =
    session.payment_status === "paid"
      ? "succeeded"
      : failed
        ? "requires_payment_method"
        : session.status === "complete"
          ? "processing"
          : "canceled";
  return {
    ...{ id: payment_intent as string, object: "payment_intent", amount, currency, customer, metadata, livemode, created, status },
    amount_received: status === "succeeded" ? amount : 0,
    last_payment_error: failed
      ? { type: "card_error", code: "payment_intent_payment_attempt_failed", message: "The payment failed." }
      : null,
  };
}

function one(what: string, things: Map<string, Thing>, id: string): Response {
  const thing = things.get(id);
  return thing ? Response.json(thing) : unknown(what, id);
}

function unknown(what: string, id: string): Response {
  return error(404, `No such ${what}: '${id}'`, "resource_missing");
}

function error(status: number, message: string, code?: string): Response {
  return Response.json({ error: { message, type: "invalid_request_error", ...(code && { code }) } }, { status });
}
