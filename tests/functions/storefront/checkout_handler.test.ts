/** What functions/checkout does when its neighbours fail it. What is sold, and for how much, is the database's to say: tests/stack/money/checkout.test.ts. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "../../../functions/_shared/http/api_client.ts";
import { DatabaseAway } from "../../../functions/_shared/platform/database.ts";
import type {
  Checkout,
  CreatedPayment,
  PaymentGateway,
  RedirectUrls,
} from "../../../functions/_shared/providers/payment_gateway.ts";
import { checkoutHandler } from "../../../functions/_shared/storefront/checkout_handler.ts";

const ID = "6f0d2c5e-93a1-4a57-8d2b-1c3f6a2b9e10";
const DETAILS: Checkout = {
  ...{ id: ID, email: "amina@example.com", total_minor: 4900, currency: "EUR", expires_at: "2026-11-21T11:00:00.000Z" },
  items: [{ sku: "mug", name: "Mug", quantity: 2, unit_price_minor: 2450, starts_at: null }],
};
const BEGUN = { outcome: "begun", checkout_session_id: ID, answer: null, details: DETAILS, token: "a".repeat(64) };
const STARTED: CreatedPayment = {
  kind: "order",
  ref: "order_1",
  redirect_url: "https://pay.example/order_1",
  client_secret: null,
};
const ENV: Record<string, string> = { STOREFRONT_URL: "https://shop.example.com", SHOP_KEY: "the-secret-key" };

type Answers = Record<"begin" | "start" | "undo", (times: number) => unknown>;

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

/** functions/checkout with a database and a gateway of the test's own; `did` is what they were asked, in order. */
function shop({
  gateway,
  env = ENV,
  clock = () => 0,
  timeoutMs = 240_000,
  ...answers
}: Partial<Answers> & {
  gateway?: Partial<PaymentGateway>;
  env?: Record<string, string>;
  clock?: () => number;
  timeoutMs?: number;
} = {}) {
  const did: string[] = [];
  const asked: { back?: RedirectUrls; method?: string; values?: unknown[] } = {};
  const query = async (statement: string, values: unknown[]) => {
    const [, what] = /commerce\.(begin|start|undo)_/.exec(statement)!;
    did.push(what!);
    if (what === "begin") asked.values = values;
    const answer = await (answers[what as keyof Answers] ?? (() => BEGUN))(did.filter((one) => one === what).length);
    return [answer];
  };
  const ownTill: PaymentGateway = {
    requiredEnv: ["SHOP_KEY"],
    methods: ["order", "form"],
    currency: null,
    unsupportedReason: () => null,
    async createPayment(_env, _checkout, back, method) {
      did.push("pay");
      Object.assign(asked, { back, method });
      return STARTED;
    },
    ...gateway,
  };
  const handle = checkoutHandler({
    providers: { shop: { gateway: async () => ownTill } },
    timeoutMs,
    runtime: {
      env: (name) => env[name],
      now: clock,
      ending: new AbortController().signal,
      // biome-ignore lint/suspicious/noExplicitAny: rows of several kinds.
      database: { query: query as any, async close() {} },
    },
  });
  return {
    did,
    asked,
    async buy(body: object = {}) {
      const response = await handle(
        new Request("http://localhost/checkout", {
          method: "POST",
          headers: { "idempotency-key": crypto.randomUUID() },
          body: JSON.stringify({
            items: [{ sku: "mug", quantity: 2 }],
            provider: "shop",
            email: "amina@example.com",
            ...body,
          }),
        }),
      );
      return { status: response.status, body: await response.json(), headers: response.headers };
    },
  };
}

describe("a checkout", () => {
  test("is begun, paid and written down, in this order, and told", async () => {
    const { did, asked, buy } = shop();
    expect(await buy()).toMatchObject({
      status: 201,
      body: { checkout_session_id: ID, token: BEGUN.token, redirect_url: STARTED.redirect_url },
    });
    expect(did).toEqual(["begin", "pay", "start"]);
    expect(asked).toMatchObject({
      method: "order",
      back: {
        success_url: `https://shop.example.com/checkout/success?checkout_session_id=${ID}`,
        cancel_url: `https://shop.example.com/checkout/cancelled?checkout_session_id=${ID}`,
      },
    });
  });

  test("is in the gateway's one currency where none is named, else in the one that is", async () => {
    const one = shop({ gateway: { currency: "XAF" } });
    await one.buy();
    expect(one.asked.values![5]).toBe("XAF");
    const many = shop();
    await many.buy({ currency: "usd" });
    expect(many.asked.values![5]).toBe("USD");
    await many.buy();
    expect(many.asked.values![5]).toBeNull();
  });
});

describe("before anything is begun", () => {
  test.each<[string, Parameters<typeof shop>[0], object, number, string, RegExp]>([
    [
      "a till that is not set up",
      { env: { STOREFRONT_URL: ENV.STOREFRONT_URL! } },
      {},
      503,
      "not_configured",
      /SHOP_KEY not set/,
    ],
    [
      "no storefront to come back to",
      { env: { SHOP_KEY: "x" } },
      {},
      503,
      "not_configured",
      /STOREFRONT_URL is not set/,
    ],
    ["a method that the gateway has not", {}, { method: "barter" }, 400, "method_unknown", /order, form/],
    ["a till that there is not", {}, { provider: "toString" }, 400, "provider_unknown", /choose shop/],
    [
      "a currency that the gateway does not take",
      { gateway: { currency: "XAF" } },
      { currency: "EUR" },
      422,
      "currency_not_payable",
      /XAF/,
    ],
  ])("%s is told", async (_, set, body, status, error, message) => {
    const { did, buy } = shop(set);
    expect(await buy(body)).toMatchObject({ status, body: { error, message: expect.stringMatching(message) } });
    expect(did).toEqual([]);
  });
});

describe("nothing is left reserved", () => {
  test("when the gateway would not take it", async () => {
    const { did, buy } = shop({ gateway: { unsupportedReason: () => "Too little to be paid here." } });
    expect(await buy()).toMatchObject({
      status: 422,
      body: { error: "not_payable", message: "Too little to be paid here." },
    });
    expect(did).toEqual(["begin", "undo"]);
  });

  test.each<[string, Error, number, string]>([
    ["is away", new ApiError("unavailable", "shop: POST / answered 500: key the-secret-key"), 503, "5"],
    ["wants to be asked later", new ApiError("rate_limited", "shop: too many", { retryAfterMs: 41_500 }), 503, "42"],
    ["refuses", new ApiError("refused", "shop: no such account the-secret-key"), 502, "5"],
    ["does not know us", new ApiError("unauthorized", "shop: Invalid API Key provided: the-secret-key"), 502, "5"],
    ["breaks", new TypeError("x is not a function: the-secret-key"), 502, "5"],
  ])("when the provider %s; its words stay in the log", async (_, error, status, again) => {
    const { did, buy } = shop({ gateway: { createPayment: () => Promise.reject(error) } });
    const answer = await buy();
    expect(answer).toMatchObject({ status, body: { error: "provider_unavailable" } });
    expect(answer.headers.get("retry-after")).toBe(again);
    expect(JSON.stringify(answer.body)).not.toContain("the-secret-key");
    expect(did).toEqual(["begin", "undo"]);
  });

  test("when the provider repeats the buyer's address, which is kept out of the log", async () => {
    const { buy } = shop({
      gateway: {
        createPayment: () => Promise.reject(new ApiError("refused", "shop: Invalid email address: amina@example.com")),
      },
    });
    expect(await buy()).toMatchObject({ status: 502 });
    const lines = vi.mocked(console.error).mock.calls.flat().join();
    expect(lines).toContain("Invalid email address");
    expect(lines).not.toContain("amina@example.com");
  });

  test("when the provider hangs, and whoever asks it does not heed the time", async () => {
    const { did, buy } = shop({ gateway: { createPayment: () => new Promise(() => {}) }, timeoutMs: 100 });
    expect(await buy()).toMatchObject({ status: 503, body: { error: "provider_unavailable" } });
    expect(did).toEqual(["begin", "undo"]);
  });

  test("when the payment could not be written down: SQL knows whether it was", async () => {
    const { did, buy } = shop({ start: () => Promise.reject(new DatabaseAway("gone")) });
    expect(await buy()).toMatchObject({ status: 503, body: { error: "try_again" } });
    expect(did).toEqual(["begin", "pay", "start", "undo"]);
  });
});

test("what cannot be undone either changes nothing about the answer", async () => {
  const away = () => Promise.reject(new DatabaseAway("gone"));
  const { buy } = shop({
    gateway: { createPayment: () => Promise.reject(new ApiError("unavailable", "down")) },
    undo: away,
  });
  expect(await buy()).toMatchObject({ status: 503, body: { error: "provider_unavailable" } });
});

test("without a database nobody is asked for money", async () => {
  const { did, buy } = shop({ begin: () => Promise.reject(new DatabaseAway("gone")) });
  const answer = await buy();
  expect(answer).toMatchObject({ status: 503, body: { error: "try_again" } });
  expect([answer.headers.get("retry-after"), answer.headers.get("access-control-allow-origin")]).toEqual(["10", "*"]);
  expect(did).toEqual(["begin"]);
});

test("what nobody thought of is told without its words", async () => {
  const { buy } = shop({
    begin: () => Promise.reject(new Error('relation "commerce.secret" does not exist at line 12')),
  });
  const answer = await buy();
  expect(answer).toMatchObject({ status: 500, body: { error: "internal_error" } });
  expect(JSON.stringify(answer.body)).not.toMatch(/relation|line 12/);
});

describe("a second click", () => {
  test("waits for the first, and is told the same", async () => {
    const told = { checkout_session_id: ID, state: "open" };
    const { did, buy } = shop({
      begin: (times) => (times < 4 ? { ...BEGUN, outcome: "busy" } : { ...BEGUN, outcome: "answered", answer: told }),
    });
    expect(await buy()).toMatchObject({ status: 200, body: { ...told, token: BEGUN.token } });
    expect(did).toEqual(Array(4).fill("begin"));
  });

  test("takes over when the first was undone", async () => {
    const { did, buy } = shop({ begin: (times) => (times < 3 ? { ...BEGUN, outcome: "busy" } : BEGUN) });
    expect((await buy()).status).toBe(201);
    expect(did).toEqual(["begin", "begin", "begin", "pay", "start"]);
  });

  test("is sent away after 10 s, to come again", async () => {
    let time = 0;
    const clock = () => {
      time += 4000;
      return time;
    };
    const { did, buy } = shop({ begin: () => ({ ...BEGUN, outcome: "busy" }), clock });
    const answer = await buy();
    expect(answer).toMatchObject({ status: 409, body: { error: "in_progress" } });
    expect(answer.headers.get("retry-after")).toBe("2");
    expect(did).not.toContain("undo");
  });
});
