/** Stripe's API over HTTP: undelivered events, the status of payments, and the stand-in. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ApiError } from "../../../../functions/_shared/http/api_client.ts";
import { readEvent } from "../../../../functions/_shared/inbound/read_event.ts";
import type { ProviderMessage } from "../../../../functions/_shared/providers/provider_history.ts";
import { openStripe } from "../../../../functions/_shared/providers/stripe/api.ts";
import { stripeHistory } from "../../../../functions/_shared/providers/stripe/history.ts";
import { stripe } from "../../../../functions/_shared/providers/stripe/webhook.ts";
import { standIn as createStandIn } from "../../../../local/providers/stand_in.ts";
import { createStripe, type StripeStandIn } from "../../../../local/providers/stripe.ts";
import { stripeEvent } from "../../../../simulator/providers/stripe.ts";
import { type Mounted, mounted } from "../../mounted.ts";
import { timeout } from "../../signals.ts";

const DAY = 86_400_000;
const NOW = Date.now();
const seconds = (ms: number) => Math.floor(ms / 1000);

let standIn: StripeStandIn;
let server: Mounted;
let env: Record<string, string>;
const readEnv = (name: string) => env[name];

beforeEach(async () => {
  standIn = createStripe();
  server = await mounted({ stripe: standIn });
  env = { STRIPE_BASE_URL: server.url, STRIPE_API_KEY: "sk_test_x" };
});
afterEach(() => server.stop());

async function listed(
  since = new Date(NOW - DAY),
  until = new Date(NOW + DAY),
  signal = timeout(),
): Promise<ProviderMessage[][]> {
  const pages: ProviderMessage[][] = [];
  for await (const page of stripeHistory.listSince(readEnv, since, until, signal)) pages.push(page);
  return pages;
}
const statusOf = (ref: string, signal = timeout()) =>
  stripeHistory.getStatus!(readEnv, { kind: "payment", ref }, signal);

/** Reads a message as the reconciler does. */
const readMessage = ({ event, text, headers }: ProviderMessage) =>
  readEvent({ provider: stripe, headers: new Headers(headers), body: text, trust: "confirmed", event });

/** Puts a PaymentIntent with these fields, by an event about it. */
const putIntent = (fields: object) =>
  standIn.put(
    stripeEvent("payment_intent.succeeded", {
      "data.object.id": "pi_1",
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`data.object.${name}`, value])),
    }),
  );

test("every call names the version of the API that its answers are read in", async () => {
  putIntent({});
  await statusOf("pi_1");
  await listed();
  expect(standIn.asked.length).toBeGreaterThan(1);
  expect(new Set(standIn.asked.map(({ headers }) => headers.get("stripe-version")))).toEqual(
    new Set(["2026-10-28.endive"]),
  );
});

describe("listSince", () => {
  test("lists every undelivered event, unchanged, newest first", async () => {
    const older = stripeEvent("invoice.paid", { created: seconds(NOW) - 60 });
    const newer = stripeEvent("checkout.session.completed", { created: seconds(NOW) });
    const delivered = stripeEvent("charge.refunded");
    for (const body of [newer, delivered, older]) standIn.put(body);
    standIn.delivered(JSON.parse(delivered).id);
    expect((await listed()).flat()).toEqual([newer, older].map((text) => ({ event: JSON.parse(text), text })));
  });

  test("lists each event once, over several pages", async () => {
    const ids = Array.from({ length: 250 }, (_, i) => `evt_${i}`);
    for (const [i, id] of ids.entries())
      standIn.put(stripeEvent("product.updated", { id, created: seconds(NOW) - Math.floor(i / 7) }));
    const pages = await listed();
    expect(pages.map((page) => page.length)).toEqual([100, 100, 50]);
    expect(new Set(pages.flat().map(({ text }) => JSON.parse(text).id))).toEqual(new Set(ids));
  });

  test("lists only the events of the window", async () => {
    const putAt = (created: number) => standIn.put(stripeEvent("product.updated", { id: `evt_${created}`, created }));
    const since = seconds(NOW) - 1000;
    for (const created of [since - 1, since, since + 500, since + 501]) putAt(created);
    const message = (await listed(new Date(since * 1000), new Date((since + 500) * 1000))).flat();
    expect(message.map(({ text }) => JSON.parse(text).created)).toEqual([since + 500, since]);
  });

  test("sends the key, and keeps the path of the base URL", async () => {
    await listed(new Date("2026-11-20T00:00:00Z"), new Date("2026-11-20T01:00:00Z"));
    const [{ path, headers }] = standIn.asked as [StripeStandIn["asked"][0]];
    expect(headers.get("authorization")).toBe("Bearer sk_test_x");
    const { pathname, searchParams } = new URL(path, "http://x");
    expect([pathname, searchParams.get("delivery_success"), searchParams.get("limit")]).toEqual([
      "/v1/events",
      "false",
      "100",
    ]);
    expect(searchParams.has("created[gte]") && searchParams.has("created[lte]")).toBe(true);
  });

  test("goes back at most 30 days, as long as Stripe keeps events", async () => {
    const before = seconds(Date.now());
    await listed(new Date(NOW - 90 * DAY), new Date(NOW));
    const since = Number(new URL(standIn.asked[0]!.path, "http://x").searchParams.get("created[gte]"));
    expect(since).toBeGreaterThan(before - 30 * 86_400 - 60);
    expect(since).toBeLessThan(seconds(Date.now()) - 30 * 86_400 + 60);
    expect(await listed(new Date(NOW - 90 * DAY), new Date(NOW - 40 * DAY))).toEqual([]);
    expect(standIn.asked).toHaveLength(1);
  });

  test("lists an event with the facts of its webhook", async () => {
    const body = stripeEvent("payment_intent.succeeded");
    standIn.put(body);
    const [message] = (await listed()).flat();
    const { id, type } = JSON.parse(body);
    expect(await readMessage(message!)).toMatchObject({
      provider_event_id: id,
      type,
      facts: stripe.translate(JSON.parse(body)),
      error: null,
    });
  });
});

describe("getStatus", () => {
  test.each([
    [{ status: "succeeded" }, "payment_intent.succeeded", "payment.captured"],
    [{ status: "processing" }, "payment_intent.processing", "payment.pending"],
    [{ status: "canceled" }, "payment_intent.canceled", "payment.cancelled"],
    [
      { status: "requires_payment_method", last_payment_error: { code: "card_declined", message: "Declined." } },
      "payment_intent.payment_failed",
      "payment.failed",
    ],
    [{ status: "requires_payment_method", last_payment_error: null }, "payment_intent.created", undefined],
    [{ status: "requires_action" }, "payment_intent.created", undefined],
    [{ status: "requires_capture" }, "payment_intent.created", undefined],
  ])("returns a payment with %j as the event %s", async (fields, type, fact) => {
    putIntent(fields);
    const before = Date.now();
    const event = await readMessage((await statusOf("pi_1"))!);
    expect(event).toMatchObject({
      provider_event_id: `confirmed:pi_1:${fields.status}`,
      type,
      subject: "pi_1",
      error: null,
    });
    expect(event.facts!.map(({ type }) => type)).toEqual(fact ? [fact] : []);
    expect(Date.parse(event.occurred_at!)).toBeGreaterThan(before - 10_000);
    expect(Date.parse(event.occurred_at!)).toBeLessThan(Date.now() + 10_000);
  });

  test.each([
    ["checkout.session.completed", "complete:paid", "payment.captured"],
    ["checkout.session.completed.unpaid", "complete:unpaid", "payment.pending"],
    ["checkout.session.expired", "expired:unpaid", "checkout.expired"],
  ])("returns a checkout after %s as %s", async (event, status, fact) => {
    standIn.put(stripeEvent(event, { "data.object.id": "cs_test_1" }));
    const message = await readMessage((await statusOf("cs_test_1"))!);
    expect(message).toMatchObject({
      provider_event_id: `confirmed:cs_test_1:${status}`,
      error: null,
      facts: [{ type: fact }],
    });
  });
  test.each([
    ["membership", "customer.subscription.updated", { status: "past_due" }, "/v1/subscriptions"],
    ["customer", "customer.updated", { name: "Amina B." }, "/v1/customers"],
    ["product", "product.updated", { active: false }, "/v1/products"],
    ["dispute", "charge.dispute.updated", { status: "won" }, "/v1/disputes"],
  ] as const)("returns a %s as of now, in the shape of its event", async (kind, type, fields, path) => {
    const of = Object.fromEntries(Object.entries(fields).map(([name, value]) => [`data.object.${name}`, value]));
    const body = stripeEvent(type, { ...of, created: seconds(NOW) - 3600 });
    standIn.put(body);
    const { id } = JSON.parse(body).data.object;
    const message = await stripeHistory.getStatus!(readEnv, { kind, ref: id }, timeout());
    const read = await readMessage(message!);
    expect(read).toMatchObject({ type, error: null, subject: id });
    expect(read.facts).toMatchObject([{ provider_ref: id, ...fields }]);
    expect(Date.parse(read.facts![0]!.occurred_at!)).toBeGreaterThanOrEqual(seconds(NOW) * 1000);
    expect(standIn.asked.map((asked) => asked.path)).toEqual([expect.stringContaining(`${path}/${id}`)]);
  });
  test.each(["membership", "customer", "product", "dispute"] as const)(
    "returns null for a %s that Stripe does not have",
    async (kind) => {
      expect(await stripeHistory.getStatus!(readEnv, { kind, ref: "none" }, timeout())).toBeNull();
    },
  );
  test("returns null for a customer that was deleted", async () => {
    standIn.handle = async () => Response.json({ id: "cus_1", object: "customer", deleted: true });
    expect(await stripeHistory.getStatus!(readEnv, { kind: "customer", ref: "cus_1" }, timeout())).toBeNull();
  });
  test("returns an open checkout without facts", async () => {
    standIn.put(
      stripeEvent("checkout.session.completed", { "data.object.id": "cs_test_1", "data.object.status": "open" }),
    );
    expect(await readMessage((await statusOf("cs_test_1"))!)).toMatchObject({ facts: [], error: null });
  });

  test("returns the same payment as the event of its checkout", async () => {
    const sale = "amina";
    const body = stripeEvent("checkout.session.completed", {}, sale);
    standIn.put(body);
    const session = JSON.parse(body).data.object;
    const { facts } = await readMessage((await statusOf(session.payment_intent))!);
    const [paid] = stripe.translate(JSON.parse(body));
    expect(facts).toMatchObject([
      {
        type: "payment.captured",
        provider_ref: session.payment_intent,
        amount_minor: (paid as { amount_minor: number }).amount_minor,
      },
    ]);
  });
  test.each([
    ["checkout.session.completed.unpaid", "payment.pending"],
    ["checkout.session.async_payment_succeeded", "payment.captured"],
    ["checkout.session.async_payment_failed", "payment.failed"],
  ])("returns a bank debit after %s as %s", async (type, fact) => {
    const body = stripeEvent(type, { "data.object.payment_intent": "pi_debit" });
    standIn.put(body);
    expect((await readMessage((await statusOf("pi_debit"))!)).facts).toMatchObject([
      { type: fact, provider_ref: "pi_debit" },
    ]);
  });

  test.each(["pi_unknown", "cs_test_unknown", "ch_of_old"])(
    "returns null for %s, which Stripe does not have",
    async (ref) => {
      expect(await statusOf(ref)).toBeNull();
    },
  );
});

describe("on an error, a call", () => {
  async function failure(call: Promise<unknown> = listed()): Promise<ApiError> {
    const error = await call.then(
      () => "no error",
      (error) => error,
    );
    expect(error).toBeInstanceOf(ApiError);
    return error;
  }
  /** Replaces the stand-in by a server that gives this response to every request. */
  async function answerAll(answer: () => Response) {
    await server.stop();
    const other = Object.assign(createStandIn({ put() {}, answer }), { delivered() {}, pay: () => [] });
    server = await mounted({ stripe: other });
    env.STRIPE_BASE_URL = server.url;
    return other;
  }

  test("is retried after a brief 500", async () => {
    standIn.put(stripeEvent("product.updated"));
    standIn.fail({ kind: "500" });
    expect((await listed()).flat()).toHaveLength(1);
    expect(standIn.asked).toHaveLength(2);
  });
  test("throws unavailable after a lasting 500", async () => {
    standIn.fail({ kind: "500", times: 3 });
    expect(await failure()).toMatchObject({
      ...{ code: "unavailable", temporary: true, details: { status: 500 } },
      message: "stripe: GET /v1/events answered 500: Internal Server Error",
    });
  });
  test("throws rate_limited with the Retry-After of a 429", async () => {
    standIn.fail({ kind: "429", retryAfter: 30 });
    expect(await failure()).toMatchObject({
      code: "rate_limited",
      temporary: true,
      details: { status: 429, retryAfterMs: 30_000 },
    });
  });
  test("throws unauthorized when Stripe refuses the key", async () => {
    const message = "Invalid API Key provided: sk_test_*";
    await answerAll(() => Response.json({ error: { message, type: "invalid_request_error" } }, { status: 401 }));
    expect(await failure()).toMatchObject({
      code: "unauthorized",
      message: `stripe: GET /v1/events answered 401: ${message}`,
    });
  });
  test("throws not_found for a 404 that is not Stripe's own", async () => {
    await answerAll(() => new Response("no such page", { status: 404 }));
    expect(await failure(statusOf("pi_1"))).toMatchObject({ code: "not_found", details: { status: 404 } });
  });
  test("does not follow a redirect", async () => {
    const other = await answerAll(() => new Response(null, { status: 302, headers: { location: "/elsewhere" } }));
    expect(await failure()).toMatchObject({ code: "unexpected_answer", details: { status: 302 } });
    expect(other.asked).toHaveLength(1);
  });
  test("stops waiting for a response when its signal aborts, without a retry", async () => {
    standIn.fail({ kind: "hang", times: 3 });
    expect((await failure(listed(undefined, undefined, AbortSignal.timeout(100)))).message).toBe(
      "stripe: GET /v1/events: given up",
    );
    expect((await failure(listed(undefined, undefined, AbortSignal.abort()))).message).toBe(
      "stripe: GET /v1/events: given up",
    );
    expect(standIn.asked).toHaveLength(1);
  });
  test("throws no_answer when the connection is refused", async () => {
    await server.stop();
    const error = await failure(statusOf("pi_1"));
    expect(error).toMatchObject({ code: "no_answer", temporary: true });
    expect(error.message).toBe(
      "stripe: GET /v1/payment_intents/pi_1: could not be reached: the connection was refused",
    );
    server = await mounted({ stripe: standIn });
  });
  test.each(["wrong shape", "not json"] as const)("throws unexpected_answer for a response with %s", async (kind) => {
    standIn.fail({ kind });
    expect(await failure()).toMatchObject({ code: "unexpected_answer", temporary: true });
    standIn.fail({ kind });
    expect(await failure(statusOf("pi_1"))).toMatchObject({ code: "unexpected_answer" });
  });
  test.each([
    [200, "null"],
    [200, "[]"],
    [200, "5"],
    [200, ""],
    [302, '{"id":"cs_test_1","data":[]}'],
    [418, '{"error":null}'],
  ])("throws for a response %i %s", async (status, body) => {
    await answerAll(() => new Response(body, { status }));
    const code = status === 418 ? "refused" : "unexpected_answer";
    expect(await failure()).toMatchObject({ code, details: { status } });
    expect(await failure(statusOf("cs_test_1"))).toMatchObject({ code, details: { status } });
  });
  test("throws when the key is not set", async () => {
    expect([stripeHistory.requiredEnv, stripeHistory.listKind]).toEqual([["STRIPE_API_KEY"], "events"]);
    expect((await failure((async () => openStripe(() => ""))())).message).toBe(
      "Stripe cannot be asked: STRIPE_API_KEY is not set.",
    );
  });
});

describe("the stand-in", () => {
  const get = async (path: string, key = "sk_test_x") => {
    const response = await fetch(`${server.url}/v1${path}`, { headers: key ? { authorization: `Bearer ${key}` } : {} });
    return { status: response.status, ...((await response.json()) as { data?: { id: string }[] }) };
  };

  test("rejects a request without a key", async () => expect((await get("/events", "")).status).toBe(401));
  test("lists events by type and delivery, ten by default", async () => {
    for (let i = 0; i < 12; i++) standIn.put(stripeEvent("product.updated", { id: `evt_${i}` }));
    standIn.put(stripeEvent("invoice.paid", { id: "evt_paid" }));
    standIn.delivered("evt_paid");
    const ids = async (query: string) => (await get(`/events?${query}`)).data!.map(({ id }) => id);
    expect(await ids("")).toHaveLength(10);
    expect(await ids("limit=100")).toHaveLength(13);
    expect(await ids("limit=100&delivery_success=false")).toHaveLength(12);
    expect(await ids("delivery_success=true")).toEqual(["evt_paid"]);
    expect(await ids("types[]=invoice.paid&types[]=x.y")).toEqual(["evt_paid"]);
    expect(await ids("types[0]=invoice.paid")).toEqual(["evt_paid"]);
  });
  test("rejects what Stripe rejects", async () => {
    expect((await get("/events?limit=101")).status).toBe(400);
    expect(await get("/events?starting_after=evt_none")).toMatchObject({
      status: 404,
      error: { code: "resource_missing" },
    });
    expect((await get("/nothing")).status).toBe(404);
  });
  test("continues a list after an event that is delivered by now", async () => {
    for (let i = 0; i < 3; i++)
      standIn.put(stripeEvent("product.updated", { id: `evt_${i}`, created: seconds(NOW) - i }));
    standIn.delivered("evt_0");
    expect(await get("/events?delivery_success=false&starting_after=evt_0")).toMatchObject({
      data: [{ id: "evt_1" }, { id: "evt_2" }],
    });
  });
});
