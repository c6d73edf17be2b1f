/** A stand-in for Stripe's API (docs.stripe.com/api): its events, its payments and checkouts, and refunds. */

import { randomUUID } from "node:crypto";
import { answerStripe, type Endpoint } from "./registered_webhooks.ts";
import {
  type Asked,
  type Outcome,
  type Payable,
  type PayPage,
  type PayPageUrl,
  readableAmount,
  type StandIn,
  standIn,
} from "./stand_in.ts";

interface Thing extends Record<string, unknown> {
  id: string;
}
interface Event extends Thing {
  type: string;
  created: number;
  data: { object: Thing };
}

export interface StripeStandIn extends StandIn, Payable {
  /** The webhook of this event was taken: it is no longer listed as undelivered. */
  delivered(id: string): void;
}

export function createStripe(
  payPageUrl: PayPageUrl = (ref) => `https://checkout.stripe.com/c/pay/${ref}`,
): StripeStandIn {
  const events = new Map<string, Event>();
  const delivered = new Set<string>();
  const intents = new Map<string, Thing>();
  /** Subscriptions, customers, products and disputes, by the path of their list. */
  const others: Record<string, Map<string, Thing>> = {
    subscriptions: new Map(),
    customers: new Map(),
    products: new Map(),
    disputes: new Map(),
  };
  const sessions = new Map<string, Thing>();
  const refunds = new Map<string, Thing>();
  const coupons = new Map<string, Form>();
  const webhooks: Endpoint[] = [];
  /** Of sessions: what their payment is to name. */
  const intentData = new Map<string, Form>();
  /** By Idempotency-Key: what was asked and answered. */
  const answered = new Map<string, { asked: string; status: number; text: string }>();

  function put(body: string): void {
    const event: Event = JSON.parse(body);
    events.set(event.id, event);
    const { object } = event.data;
    if (object.object === "payment_intent") intents.set(object.id, object);
    others[`${object.object}s`]?.set(object.id, object);
    if (object.object !== "checkout.session") return;
    sessions.set(object.id, object);
    if (typeof object.payment_intent === "string") {
      intents.set(object.payment_intent, { ...intents.get(object.payment_intent), ...intentOf(event) });
    }
  }

  async function answer(asked: Asked, url: URL): Promise<Response | null> {
    if (!/^Bearer \S/.test(asked.headers.get("authorization") ?? ""))
      return error(401, "You did not provide an API key.");
    if (asked.method === "POST") return await once(asked, url.pathname);
    const listed = answerStripe(webhooks, asked.method, url, {});
    if (listed !== null) return Response.json(listed);
    if (url.pathname === "/v1/refunds") return listRefunds(url.searchParams);
    const [, list = "", id = ""] =
      /^\/v1\/(events|payment_intents|checkout\/sessions|subscriptions|customers|products|disputes)(?:\/([^/]+))?$/.exec(
        url.pathname,
      ) ?? [];
    switch (list) {
      case "events":
        return id ? one("event", events, id) : listEvents(url.searchParams);
      case "payment_intents":
        return one("payment_intent", intents, id);
      case "checkout/sessions":
        return one("checkout.session", sessions, id);
    }
    const kind = others[list];
    if (kind && id) return one(list.slice(0, -1), kind, id);
    return null;
  }

  function listEvents(query: URLSearchParams): Response {
    const number = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise);
    const from = Math.max(number("created[gte]", 0), number("created[gt]", -1) + 1);
    const to = Math.min(
      number("created[lte]", Number.POSITIVE_INFINITY),
      number("created[lt]", Number.POSITIVE_INFINITY) - 1,
    );
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
    return Response.json({
      object: "list",
      url: "/v1/events",
      has_more: found.length > limit,
      data: found.slice(0, limit),
    });
  }

  /** The same key is answered the same; the same key for something else is a mistake. */
  async function once({ headers, body }: Asked, path: string): Promise<Response | null> {
    const key = headers.get("idempotency-key");
    const what = `${path}?${body}`;
    const before = key === null ? undefined : answered.get(key);
    if (before && before.asked !== what) {
      const message = `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`;
      return Response.json({ error: { message, type: "idempotency_error" } }, { status: 400 });
    }
    if (before) return new Response(before.text, { status: before.status, headers: { "idempotent-replayed": "true" } });
    const response = post(path, formOf(body));
    if (response && key !== null)
      answered.set(key, { asked: what, status: response.status, text: await response.clone().text() });
    return response;
  }

  function post(path: string, form: Form): Response | null {
    const endpoint = answerStripe(webhooks, "POST", new URL(path, "http://stripe"), form);
    if (endpoint !== null) return typeof endpoint === "string" ? error(400, endpoint) : Response.json(endpoint);
    const [, list = "", id, action] =
      /^\/v1\/(payment_intents|checkout\/sessions|refunds|coupons)(?:\/([^/]+)\/([a-z]+))?$/.exec(path) ?? [];
    switch (`${list} ${action ?? ""}`.trim()) {
      case "checkout/sessions":
        return createSession(form);
      case "checkout/sessions expire":
        return expireSession(id!);
      case "payment_intents":
        return createIntent(form);
      case "payment_intents cancel":
        return cancelIntent(id!);
      case "refunds":
        return createRefund(form);
      case "coupons":
        return createCoupon(form);
    }
    return null;
  }

  function createCoupon(form: Form): Response {
    if (!/^[1-9]\d*$/.test(String(form.amount_off)) || !form.currency)
      return error(400, "You must pass either `percent_off` or `amount_off` and `currency`.");
    const id = letters().slice(0, 8);
    coupons.set(id, form);
    return Response.json({ id, object: "coupon", ...form, amount_off: Number(form.amount_off), valid: true });
  }

  /** What of a session's total is not its items: a coupon, and the first of its shipping options. */
  function totalDetails(form: Form): { amount_discount: number; amount_shipping: number; amount_tax: number } | string {
    const named = Object.values((form.discounts ?? {}) as Record<string, Form>).map(({ coupon }) => String(coupon));
    const missing = named.find((coupon) => !coupons.has(coupon));
    if (missing !== undefined) return `No such coupon: '${missing}'`;
    const options = Object.values((form.shipping_options ?? {}) as Record<string, Form>);
    const rate = options[0]?.shipping_rate_data as Form | undefined;
    return {
      amount_discount: named.reduce((sum, coupon) => sum + Number(coupons.get(coupon)!.amount_off), 0),
      amount_shipping: Number((rate?.fixed_amount as Form | undefined)?.amount ?? 0),
      amount_tax: 0,
    };
  }

  function createSession(form: Form): Response {
    const items = Object.values((form.line_items ?? {}) as Record<string, Form>);
    const prices = items.map((item) => item.price_data as Form | undefined);
    const amount = items.reduce((sum, item, i) => sum + Number(prices[i]?.unit_amount) * Number(item.quantity), 0);
    if (form.mode !== "payment") return error(400, `Invalid mode: must be one of payment`);
    if (!Number.isInteger(amount) || items.length === 0)
      return error(400, "Missing required param: line_items.", "parameter_missing");
    const lives = Number(form.expires_at ?? seconds() + 86_400) - seconds();
    if (lives < 1800 || lives > 86_400) {
      return error(
        400,
        "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours from Checkout Session creation.",
      );
    }
    const total_details = totalDetails(form);
    if (typeof total_details === "string") return error(400, total_details, "resource_missing");
    const { amount_discount, amount_shipping } = total_details;
    const countries = Object.values(
      ((form.shipping_address_collection as Form | undefined)?.allowed_countries ?? {}) as Record<string, string>,
    );
    const id = `cs_test_${letters()}`;
    const session = {
      ...{
        id,
        object: "checkout.session",
        mode: "payment",
        status: "open",
        payment_status: "unpaid",
        payment_intent: null,
      },
      ...{
        amount_subtotal: amount,
        amount_total: amount - amount_discount + amount_shipping,
        total_details,
        automatic_tax: { enabled: (form.automatic_tax as Form | undefined)?.enabled === "true" },
        shipping_address_collection: countries.length > 0 ? { allowed_countries: countries } : null,
        currency: prices[0]!.currency,
        livemode: false,
        created: seconds(),
      },
      ...{
        client_reference_id: form.client_reference_id ?? null,
        customer: null,
        customer_email: form.customer_email ?? null,
      },
      ...{ customer_details: null, metadata: form.metadata ?? {}, expires_at: seconds() + lives },
      ...{ success_url: form.success_url, cancel_url: form.cancel_url, url: payPageUrl(id) },
    };
    sessions.set(id, session);
    intentData.set(id, (form.payment_intent_data ?? {}) as Form);
    return Response.json(session);
  }

  function expireSession(id: string): Response {
    const session = sessions.get(id);
    if (!session) return unknown("checkout.session", id);
    if (session.status !== "open") {
      const message = `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`;
      return error(400, message);
    }
    tell("checkout.session.expired", { ...session, status: "expired", url: null });
    return Response.json(sessions.get(id));
  }

  function createIntent({ amount, currency, metadata = {}, receipt_email = null }: Form): Response {
    if (!/^[1-9]\d{0,7}$/.test(String(amount)))
      return error(400, "This value must be greater than or equal to 1.", "parameter_invalid_integer");
    const id = `pi_${letters()}`;
    const intent = { ...freshIntent(id), amount: Number(amount), currency, metadata, receipt_email };
    intents.set(id, intent);
    return Response.json(intent);
  }

  function cancelIntent(id: string): Response {
    const intent = intents.get(id);
    if (!intent) return unknown("payment_intent", id);
    if (intent.status === "succeeded" || intent.status === "canceled") {
      const message = `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.`;
      return error(400, message, "payment_intent_unexpected_state");
    }
    tell("payment_intent.canceled", { ...intent, status: "canceled", canceled_at: seconds() });
    return Response.json(intents.get(id));
  }

  function refundsOf(intent: string): Thing[] {
    return [...refunds.values()].filter((one) => one.payment_intent === intent).reverse();
  }

  function intentNamed({ payment_intent, charge }: Form): Thing | undefined {
    return payment_intent === undefined
      ? [...intents.values()].find((one) => one.latest_charge === charge)
      : intents.get(String(payment_intent));
  }

  function listRefunds(query: URLSearchParams): Response {
    const intent = intentNamed(Object.fromEntries(query));
    return Response.json({
      object: "list",
      url: "/v1/refunds",
      has_more: false,
      data: intent ? refundsOf(intent.id) : [],
    });
  }

  function createRefund(form: Form): Response {
    const intent = intentNamed(form);
    if (!intent)
      return unknown(
        form.charge === undefined ? "payment_intent" : "charge",
        String(form.payment_intent ?? form.charge),
      );
    const left =
      Number(intent.amount_received) - refundsOf(intent.id).reduce((sum, one) => sum + Number(one.amount), 0);
    const amount = Number(form.amount ?? left);
    const charge = String(intent.latest_charge);
    if (intent.status !== "succeeded")
      return error(400, `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`);
    if (left === 0) return error(400, `Charge ${charge} has already been refunded.`, "charge_already_refunded");
    if (amount > left) {
      return error(
        400,
        `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
        "amount_too_large",
      );
    }
    const refund = {
      ...{
        id: `re_${letters()}`,
        object: "refund",
        amount,
        currency: intent.currency,
        charge,
        payment_intent: intent.id,
      },
      ...{ created: seconds(), metadata: form.metadata ?? {}, reason: form.reason ?? null, status: "succeeded" },
    };
    refunds.set(refund.id, refund);
    tell("refund.created", refund);
    return Response.json(refund);
  }

  /** Something happened: the body of the event about it, which the API knows too. */
  function tell(type: string, object: Thing): string {
    const event = {
      id: `evt_${letters()}`,
      object: "event",
      type,
      created: seconds(),
      livemode: false,
      data: { object },
    };
    const body = JSON.stringify(event);
    put(body);
    return body;
  }

  /** Of a checkout session: an intent is paid in the shop's own page. */
  function page(ref: string): PayPage | undefined {
    const session = sessions.get(ref);
    if (!session) return undefined;
    const waits = session.status === "complete" && intents.get(String(session.payment_intent))?.status === "processing";
    const total = Number(session.amount_total) + (session.status === "open" ? taxOf(session) : 0);
    return {
      amount: readableAmount(total, String(session.currency).toUpperCase()),
      status: session.status === "open" ? "open" : waits ? "waiting" : "over",
      successUrl: String(session.success_url),
      cancelUrl: String(session.cancel_url),
      retries: !waits,
    };
  }

  function pay(ref: string, outcome: Outcome): string[] {
    const session = sessions.get(ref);
    if (!session) {
      const intent = intents.get(ref);
      if (!intent || ["succeeded", "canceled"].includes(String(intent.status)))
        throw new Error(`nobody can pay ${ref} at Stripe`);
      return [payIntent(intent, outcome)];
    }
    const begun = intents.get(String(session.payment_intent));
    const waits = session.status === "complete" && begun?.status === "processing";
    if (session.status !== "open" && !waits) throw new Error(`nobody can pay ${ref} at Stripe`);
    const { currency, customer_email: receipt_email } = session;
    const tax = taxOf(session);
    const amount = Number(session.amount_total) + (waits ? 0 : tax);
    const shipping = askedAddress(session);
    const intent = begun ?? {
      ...freshIntent(`pi_${letters()}`),
      amount,
      currency,
      receipt_email,
      metadata: intentData.get(ref)?.metadata ?? {},
      shipping: shipping ?? intentData.get(ref)?.shipping ?? null,
    };
    const told = payIntent(intent, outcome);
    // Declined on Stripe's page: the buyer is still there, and may take another card.
    if (outcome === "failed" && !waits) return [told];
    const ended = waits ? `async_payment_${outcome === "captured" ? "succeeded" : "failed"}` : "completed";
    const complete = {
      ...{
        ...session,
        payment_intent: intent.id,
        status: "complete",
        payment_status: outcome === "captured" ? "paid" : "unpaid",
        url: null,
        amount_total: amount,
      },
      ...(!waits && { total_details: { ...Object(session.total_details), amount_tax: tax } }),
      ...(shipping && { collected_information: { shipping_details: shipping } }),
      customer_details: { email: receipt_email, name: "Amina Buyer", ...(shipping && { phone: "+4915112345678" }) },
    };
    return waits && outcome === "pending" ? [] : [told, tell(`checkout.session.${ended}`, complete)];
  }

  function payIntent(intent: Thing, outcome: Outcome): string {
    if (outcome === "captured") {
      const charge = intent.latest_charge ?? `ch_${letters()}`;
      return tell("payment_intent.succeeded", {
        ...intent,
        status: "succeeded",
        amount_received: intent.amount,
        latest_charge: charge,
      });
    }
    if (outcome === "pending") return tell("payment_intent.processing", { ...intent, status: "processing" });
    const last_payment_error = {
      ...{
        type: "card_error",
        code: "card_declined",
        decline_code: "insufficient_funds",
        message: "Your card has insufficient funds.",
      },
    };
    return tell("payment_intent.payment_failed", { ...intent, status: "requires_payment_method", last_payment_error });
  }

  return Object.assign(standIn({ put, answer }), { delivered: (id: string) => void delivered.add(id), pay, page });
}

/** Stripe Tax here: 19 % of everything, added to prices that do not contain it. */
function taxOf({ automatic_tax, amount_total }: Thing): number {
  return (automatic_tax as { enabled?: boolean } | null)?.enabled ? Math.round(Number(amount_total) * 0.19) : 0;
}

/** What the buyer enters where the page asks for an address: one in the first country on offer. */
function askedAddress({ shipping_address_collection }: Thing): object | null {
  const [country] = (shipping_address_collection as { allowed_countries: string[] } | null)?.allowed_countries ?? [];
  if (country === undefined) return null;
  const address = { line1: "Lindenstr. 5", line2: null, city: "Berlin", state: null, postal_code: "10969", country };
  return { name: "Amina Buyer", address };
}

const seconds = () => Math.floor(Date.now() / 1000);

/** As Stripe's ids have after their prefix. */
const letters = () => randomUUID().replaceAll("-", "").slice(0, 24);

const freshIntent = (id: string) => ({
  ...{
    id,
    object: "payment_intent",
    status: "requires_payment_method",
    amount_received: 0,
    latest_charge: null,
    customer: null,
  },
  ...{ client_secret: `${id}_secret_${letters()}`, created: seconds(), livemode: false, last_payment_error: null },
});

/** `a[b][0]=c` as `{a: {b: {0: "c"}}}`. */
interface Form {
  [name: string]: string | Form | null | undefined;
}

function formOf(body: string): Form {
  const form: Form = {};
  for (const [path, value] of new URLSearchParams(body)) {
    const steps = path.split(/[[\]]+/).filter((step) => step !== "");
    let at = form;
    for (const step of steps.slice(0, -1)) {
      at[step] ??= {};
      at = at[step] as Form;
    }
    at[steps.at(-1)!] = value;
  }
  return form;
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
    ...{
      id: payment_intent as string,
      object: "payment_intent",
      amount,
      currency,
      customer,
      metadata,
      livemode,
      created,
      status,
    },
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
