/**
 * Our calls of Stripe's API beside those of Stripe's own SDK: the same requests, in the same form, tried as often; and
 * what becomes of answers that are broken or hostile.
 */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import Stripe from "stripe";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openStripe, type StripeApi } from "../../../../functions/_shared/providers/stripe/api.ts";
import { openClient } from "../../../../functions/_shared/providers/stripe/client.ts";
import { formOf } from "../../../../functions/_shared/providers/stripe/form.ts";
import { stripeGateway } from "../../../../functions/_shared/providers/stripe/gateway.ts";
import { failure, timeout } from "../gateways.ts";

const KEY = "sk_test_of_this_test";

interface Sent {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

let sent: Sent[] = [];
/** How long our client waited between tries, in ms. */
let waits: number[] = [];
let answer: (response: ServerResponse, request: Sent) => void;
let base: string;
let sdk: Stripe;

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method = "", url = "", headers } = request;
  sent.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
  answer(response, sent.at(-1)!);
});

beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  base = `http://127.0.0.1:${port}`;
  // Without a version of ours: it says the one that its types are of.
  sdk = new Stripe(KEY, { host: "127.0.0.1", port, protocol: "http", maxNetworkRetries: 2, telemetry: false });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  sent = [];
  answer = (response, { method, url }) => {
    const { pathname } = new URL(url, base);
    const [, , , ...id] = pathname.split("/").map(decodeURIComponent);
    const isList = method === "GET" && ["/v1/events", "/v1/refunds"].includes(pathname);
    response.end(JSON.stringify(isList ? { data: [], has_more: false } : { id: id.at(-1) ?? "new_1" }));
  };
  waits = [];
});

const env = (name: string) => ({ STRIPE_BASE_URL: base, STRIPE_API_KEY: KEY })[name];
const open = (signal = timeout()) => openStripe(env, signal);
/** Does not wait between tries. */
const client = () => openClient(KEY, base, timeout(), async (ms) => void waits.push(ms));
const json =
  (status: number, value: unknown, headers = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));

/** What a request says to Stripe. */
const meant = ({ method, url, body, headers }: Sent) => ({
  ...{ method, url, body },
  ...(method === "POST" && { type: headers["content-type"], length: headers["content-length"] }),
  ...{ authorization: headers.authorization, accept: headers.accept, version: headers["stripe-version"] },
});

async function allOf(pages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pages);
}

const SESSION = {
  mode: "payment",
  customer_email: "zoë+shop@example.com",
  success_url: "https://shop.example/thanks?checkout=1&a[b]=c#x",
  metadata: { "a key's (name)*!": "100 % sûr [1] 🎓 ~ '\"\n" },
  line_items: [
    { quantity: 2, price_data: { currency: "eur", unit_amount: 1225, product_data: { name: "Mug & Tea" } } },
    { quantity: 1, price_data: { currency: "eur", unit_amount: 0, product_data: { name: "" } } },
  ],
  automatic_tax: { enabled: true },
  shipping_address_collection: { allowed_countries: ["DE", "CM"] },
  expires_at: 1_795_168_805,
} satisfies Stripe.Checkout.SessionCreateParams;

const SINCE = new Date("2026-11-20T00:00:00.250Z");
const UNTIL = new Date("2026-11-20T01:00:00.750Z");

/** Each call, and how the SDK makes it. */
const CALLS: Record<keyof StripeApi, [ours: (api: StripeApi) => Promise<unknown>, theirs: () => Promise<unknown>][]> = {
  undeliveredEvents: [
    [
      (api) => allOf(api.undeliveredEvents(SINCE, UNTIL)),
      () =>
        sdk.events.list({ delivery_success: false, created: { gte: 1_795_132_800, lte: 1_795_136_401 }, limit: 100 }),
    ],
  ],
  paymentIntent: [
    [(api) => api.paymentIntent("pi_1"), () => sdk.paymentIntents.retrieve("pi_1")],
    [(api) => api.paymentIntent("pi/1 é?#[x]'"), () => sdk.paymentIntents.retrieve("pi/1 é?#[x]'")],
  ],
  object: [
    [(api) => api.object("membership", "sub_1"), () => sdk.subscriptions.retrieve("sub_1")],
    [(api) => api.object("customer", "cus_1"), () => sdk.customers.retrieve("cus_1")],
    [(api) => api.object("product", "mug.2"), () => sdk.products.retrieve("mug.2")],
    [(api) => api.object("dispute", "du_1"), () => sdk.disputes.retrieve("du_1")],
  ],
  checkoutSession: [[(api) => api.checkoutSession("cs_1"), () => sdk.checkout.sessions.retrieve("cs_1")]],
  createCheckoutSession: [
    [
      (api) => api.createCheckoutSession(SESSION, "key:1"),
      () => sdk.checkout.sessions.create(SESSION, { idempotencyKey: "key:1" }),
    ],
  ],
  createPaymentIntent: [
    [
      (api) => api.createPaymentIntent({ amount: 1, currency: "xaf" }, "key:2"),
      () => sdk.paymentIntents.create({ amount: 1, currency: "xaf" }, { idempotencyKey: "key:2" }),
    ],
  ],
  createCoupon: [
    [
      (api) => api.createCoupon({ amount_off: 5, currency: "eur", name: "½ off" }, "key:3"),
      () => sdk.coupons.create({ amount_off: 5, currency: "eur", name: "½ off" }, { idempotencyKey: "key:3" }),
    ],
  ],
  expireCheckoutSession: [[(api) => api.expireCheckoutSession("cs_1"), () => sdk.checkout.sessions.expire("cs_1")]],
  cancelPaymentIntent: [[(api) => api.cancelPaymentIntent("pi_1"), () => sdk.paymentIntents.cancel("pi_1")]],
  refunds: [
    [(api) => api.refunds({ payment_intent: "pi_1" }), () => sdk.refunds.list({ payment_intent: "pi_1", limit: 100 })],
    [(api) => api.refunds({ charge: "ch_1" }), () => sdk.refunds.list({ charge: "ch_1", limit: 100 })],
  ],
  createRefund: [
    [
      (api) => api.createRefund({ payment_intent: "pi_1", amount: 5, metadata: { a: "" } }, "key:4"),
      () => sdk.refunds.create({ payment_intent: "pi_1", amount: 5, metadata: { a: "" } }, { idempotencyKey: "key:4" }),
    ],
  ],
};

describe("a call sends what the SDK sends:", () => {
  test.each(Object.entries(CALLS).flatMap(([name, pairs]) => pairs.map((pair) => [name, ...pair] as const)))(
    "%s",
    async (_, ours, theirs) => {
      await ours(open());
      await theirs();
      const [one, other] = sent as [Sent, Sent];
      expect(sent).toHaveLength(2);
      expect(meant(one)).toEqual(meant(other));
      const [key, theirKey] = sent.map(({ headers }) => headers["idempotency-key"]);
      expect(typeof key).toBe(typeof theirKey); // each POST has one
      // What the SDK makes up, we make up too.
      if (!String(theirKey).startsWith("stripe-node-retry-")) expect(key).toBe(theirKey);
    },
  );

  test("a POST that is given no idempotency key has one of its own", async () => {
    await open().cancelPaymentIntent("pi_1");
    await open().cancelPaymentIntent("pi_1");
    expect(new Set(sent.map(({ headers }) => headers["idempotency-key"])).size).toBe(2);
  });
});

describe("the form of parameters", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string(),
    fc.constantFrom("", " ", "[0]", "a[b]", "é🎓", "+"),
  );
  // The SDK copies its parameters into an object, where this name is no key of its own.
  const name = text.filter((key) => key !== "__proto__");
  const { parameters } = fc.letrec<{ value: unknown; parameters: Record<string, unknown> }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constantFrom(null, undefined),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(name, tie("value"), { maxKeys: 4 }),
    ),
    parameters: fc.dictionary(name, tie("value"), { maxKeys: 5 }),
  }));

  test("is byte for byte the SDK's, whatever they are", async () => {
    answer = (response) => response.end("{}");
    await fc.assert(
      fc.asyncProperty(parameters, async (some) => {
        sent = [];
        await sdk.rawRequest("POST", "/v1/things", some);
        await openClient(KEY, base, timeout()).post("/v1/things", some);
        expect(sent).toHaveLength(2);
        expect(sent[1]!.body).toBe(sent[0]!.body);
      }),
      { numRuns: 300 },
    );
  });

  test("replaces half of a surrogate pair, which the SDK fails on", async () => {
    expect(formOf({ reason: "\ud83c", "\udf93": 1 })).toBe("reason=%EF%BF%BD&%EF%BF%BD=1");
    await expect(sdk.rawRequest("POST", "/v1/things", { reason: "\ud83c" })).rejects.toThrow("URI malformed");
  });

  test("a refund whose reason is cut within an emoji is made", async () => {
    answer = (response, { method }) =>
      json(200, method === "GET" ? { data: [], has_more: false } : { id: "re_1", status: "succeeded" })(response);
    const reason = `${"x".repeat(499)}🎓 and more`;
    const asked = { request_id: "r", payment_ref: "pi_1", amount_minor: 5, currency: "EUR", reason };
    expect((await stripeGateway.refundPayment!(env, asked, timeout())).ref).toBe("re_1");
    expect(new URLSearchParams(sent.at(-1)!.body).get("metadata[reason]")).toBe(`${"x".repeat(499)}\uFFFD`);
  });
});

describe("tries", () => {
  const failing: [number, string | null][] = [200, 400, 401, 402, 403, 404, 408, 409, 429, 500, 502, 503, 504].flatMap(
    (status) => [null, "true", "false", "yes"].map((word): [number, string | null] => [status, word]),
  );

  test.each(failing)("after a %i with Stripe-Should-Retry: %s are as many as the SDK's", async (status, word) => {
    Object.assign(sdk, { getInitialNetworkRetryDelay: () => 0, getMaxNetworkRetryDelay: () => 0 });
    answer = json(status, { error: { message: "No." } }, word === null ? {} : { "stripe-should-retry": word });
    await client()
      .post("/v1/coupons", { amount_off: 1, currency: "eur" }, "key")
      .catch(() => {});
    const ours = sent.splice(0);
    await sdk.coupons.create({ amount_off: 1, currency: "eur" }, { idempotencyKey: "key" }).catch(() => {});
    expect(ours.length).toBe(sent.length);
    expect(new Set([...ours, ...sent].map(({ headers }) => headers["idempotency-key"]))).toEqual(new Set(["key"]));
  });

  test("of a lock that another request holds end with the first that gets it", async () => {
    const answers = [409, 429, 200];
    answer = (response) =>
      json(
        answers[sent.length - 1]!,
        { id: "re_1", error: { code: "lock_timeout" } },
        { "stripe-should-retry": "true" },
      )(response);
    expect(await client().post("/v1/refunds", { charge: "ch_1" }, "key")).toMatchObject({ id: "re_1" });
    expect(new Set(sent.map(({ body, headers }) => body + headers["idempotency-key"]))).toEqual(
      new Set(["charge=ch_1key"]),
    );
  });

  test("follow a connection that breaks off, also in the middle of an answer", async () => {
    answer = (response) => {
      if (sent.length === 1) return void response.destroy();
      if (sent.length > 2) return void response.end('{"id":"pi_1"}');
      response.writeHead(200, { "content-length": 100 }).write('{"id":"pi');
      setImmediate(() => response.destroy());
    };
    expect(await client().get("/v1/payment_intents/pi_1")).toEqual({ id: "pi_1" });
    expect(sent).toHaveLength(3);
  });

  test.each([
    ["2", 3],
    ["6", 1],
  ])("wait for a Retry-After of %s s: %i of them", async (seconds, tries) => {
    answer = json(503, {}, { "retry-after": seconds });
    const error = await failure(client().get("/v1/payment_intents/pi_1"));
    expect(error).toMatchObject({ code: "unavailable", details: { retryAfterMs: Number(seconds) * 1000 } });
    expect(sent).toHaveLength(tries);
    expect(waits).toHaveLength(tries - 1);
    for (const ms of waits) expect(ms >= 2000 && ms <= 2500).toBe(true);
  });

  test("end when the caller gives up while it waits for the next", async () => {
    const caller = new AbortController();
    answer = json(503, {}, { "retry-after": "4" });
    const given = openClient(KEY, base, caller.signal, async () => caller.abort());
    expect((await failure(given.get("/v1/payment_intents/pi_1"))).message).toBe(
      "stripe: GET /v1/payment_intents/pi_1: given up",
    );
    expect(sent).toHaveLength(1);
  });
});

describe("an answer", () => {
  test.each([
    ["cut short, though it is whole to HTTP", '{"id":"pi_1","sta'],
    ["of HTML", "<html>very-secret</html>"],
    ["of a list", '[{"id":"pi_1"}]'],
    ["of nothing", ""],
  ])("%s is an error that quotes nothing of it, and is asked for once", async (_, body) => {
    answer = (response) => response.end(body);
    expect(await failure(open().paymentIntent("pi_1"))).toMatchObject({
      ...{ code: "unexpected_answer", temporary: true, details: { status: 200 } },
      message: "stripe: GET /v1/payment_intents/pi_1 answered 200, but not with a JSON object",
    });
    expect(sent).toHaveLength(1);
  });

  test("of another object is an error", async () => {
    answer = json(200, { id: "pi_2" });
    expect(await failure(open().paymentIntent("pi_1"))).toMatchObject({ code: "unexpected_answer" });
  });

  test.each([301, 302, 303, 307, 308])("that redirects (%i) is not followed, and gets no key", async (status) => {
    answer = (response) => response.writeHead(status, { location: `${base}/v1/elsewhere` }).end();
    for (const call of [() => open().paymentIntent("pi_1"), () => open().cancelPaymentIntent("pi_1")])
      expect(await failure(call())).toMatchObject({ code: "unexpected_answer", details: { status } });
    expect(sent.map(({ url }) => url)).toEqual(["/v1/payment_intents/pi_1", "/v1/payment_intents/pi_1/cancel"]);
  });

  test("that an object is missing is null; any other 404 is an error", async () => {
    answer = json(404, { error: { code: "resource_missing", message: "No such payment_intent: 'pi_1'" } });
    expect(await open().paymentIntent("pi_1")).toBeNull();
    for (const value of [{}, { error: {} }, { error: { code: "other" } }, { error: "resource_missing" }]) {
      answer = json(404, value);
      expect(await failure(open().paymentIntent("pi_1"))).toMatchObject({ code: "not_found" });
    }
  });

  test("says what is wrong in Stripe's words, without secrets, and not without end", async () => {
    const message = `Card 4242 4242 4242 4242 of sk_live_aVerySecretKey\0 is not accepted. ${"x".repeat(5000)}`;
    answer = json(402, { error: { message, code: "card_declined" } });
    const error = await failure(open().createRefund({ charge: "ch_1" }, "key"));
    expect(error).toMatchObject({ code: "refused", details: { status: 402, issue: "card_declined" } });
    expect(error.message).toMatch(/^stripe: POST \/v1\/refunds answered 402: Card \*\*\* of sk_live_\*\*\* is not acc/);
    expect(error.message.length).toBeLessThan(600);
  });
});

describe("a list of events", () => {
  const page = (ids: unknown[], has_more: unknown) => ({ data: ids.map((id) => ({ id })), has_more });

  test("continues after the last event of each page", async () => {
    const pages = [page(["evt_3", "evt_2"], true), page(["evt_1"], false)];
    answer = (response) => json(200, pages[sent.length - 1])(response);
    await allOf(open().undeliveredEvents(SINCE, UNTIL));
    expect(sent.map(({ url }) => new URL(url, base).searchParams.get("starting_after"))).toEqual([null, "evt_2"]);
  });

  test.each([
    ["ends nowhere", [page([], true)]],
    ["has no id at its end", [page(["evt_2", 7], true)]],
    ["ends where the one before it ended", [page(["evt_2"], true), page(["evt_2"], true)]],
  ])("that has more after a page that %s is an error, and no end", async (_, pages) => {
    answer = (response) => json(200, pages[sent.length - 1])(response);
    const error = await failure(allOf(open().undeliveredEvents(SINCE, UNTIL)));
    expect(error.message).toBe("stripe: GET /v1/events answered that there is more, but not where");
    expect(error.temporary).toBe(true);
    expect(sent).toHaveLength(pages.length);
  });
});

test.each(["", ".", ".."])("asks nothing about the id %j, whose path would be another's", async (id) => {
  const { paymentIntent, expireCheckoutSession, object } = open();
  for (const call of [() => paymentIntent(id), () => expireCheckoutSession(id), () => object("product", id)])
    expect(await failure(call())).toMatchObject({ code: "refused", temporary: false });
  expect(sent).toEqual([]);
});
