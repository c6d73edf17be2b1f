/**
 * How functions/checkout handles failures of the database and the provider. What is sold is decided in SQL:
 * tests/stack/money/checkout.test.ts.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
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
import { checkoutRequest, fingerprintOf } from "../../../functions/_shared/storefront/checkout_request.ts";

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

/** functions/checkout with a fake database and gateway. `calls`: what was called on them, in order. */
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
  const calls: string[] = [];
  const received: { redirectUrls?: RedirectUrls; method?: string; values?: unknown[] } = {};
  const query = async (statement: string, values: unknown[]) => {
    const [, name] = /commerce\.(begin|start|undo)_/.exec(statement)!;
    calls.push(name!);
    if (name === "begin") received.values = values;
    const times = calls.filter((call) => call === name).length;
    const answer = await (answers[name as keyof Answers] ?? (() => BEGUN))(times);
    return [answer];
  };
  const shopGateway: PaymentGateway = {
    requiredEnv: ["SHOP_KEY"],
    methods: ["order", "form"],
    currency: null,
    unsupportedReason: () => null,
    async createPayment(_env, _checkout, redirectUrls, method) {
      calls.push("pay");
      Object.assign(received, { redirectUrls, method });
      return STARTED;
    },
    ...gateway,
  };
  const handle = checkoutHandler({
    providers: { shop: { gateway: async () => shopGateway } },
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
    calls,
    received,
    async buy(body: object = {}, headers: Record<string, string> = {}) {
      const response = await handle(
        new Request("http://localhost/checkout", {
          method: "POST",
          headers: { "idempotency-key": crypto.randomUUID(), ...headers },
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
  test("is begun, paid and recorded, in this order, and the answer says where to pay", async () => {
    const { calls, received, buy } = shop();
    expect(await buy()).toMatchObject({
      status: 201,
      body: { checkout_session_id: ID, token: BEGUN.token, redirect_url: STARTED.redirect_url },
    });
    expect(calls).toEqual(["begin", "pay", "start"]);
    expect(received).toMatchObject({
      method: "order",
      redirectUrls: {
        success_url: `https://shop.example.com/checkout/success?checkout_session_id=${ID}`,
        cancel_url: `https://shop.example.com/checkout/cancelled?checkout_session_id=${ID}`,
      },
    });
  });

  test("is in the gateway's only currency if the request names none, else in the one it names", async () => {
    const one = shop({ gateway: { currency: "XAF" } });
    await one.buy();
    expect(one.received.values![5]).toBe("XAF");
    const many = shop();
    await many.buy({ currency: "usd" });
    expect(many.received.values![5]).toBe("USD");
    await many.buy();
    expect(many.received.values![5]).toBeNull();
  });
});

describe("who opens checkouts", () => {
  test("is counted by a hash of the network that the platform saw, and not of what the caller wrote", async () => {
    const { received, buy } = shop();
    const networks: unknown[] = [];
    for (const forged of ["203.0.113.1", "203.0.113.2"]) {
      await buy({}, { "x-forwarded-for": `${forged}, 192.0.2.1` });
      networks.push(received.values![7]);
    }
    expect(networks[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(networks[1]).toBe(networks[0]);
    await buy({}, { "x-forwarded-for": "203.0.113.1, 192.0.2.2" });
    expect(received.values![7]).not.toBe(networks[0]);
  });

  test("must pass the challenge, if there is one: before anything is reserved", async () => {
    const { calls, buy } = shop({ env: { ...ENV, TURNSTILE_SECRET: "secret" } });
    expect(await buy()).toMatchObject({ status: 403, body: { error: "challenge_failed" } });
    expect(calls).toEqual([]);
  });

  test.each([
    ["with a confirmed address need not pass it", { email_confirmed_at: "2026-11-20T10:00:00Z" }, 201],
    ["without one must", {}, 403],
  ])("and is signed in %s", async (_, confirmed, status) => {
    const account = { id: "0d3f3ad1-2f1c-4f6e-9a3c-6a1b7d1c2e3f", email: "amina@example.com", ...confirmed };
    const auth = createServer((_, response) => void response.end(JSON.stringify(account))).listen(0, "127.0.0.1");
    await once(auth, "listening");
    try {
      const url = `http://127.0.0.1:${(auth.address() as AddressInfo).port}`;
      const { buy } = shop({ env: { ...ENV, TURNSTILE_SECRET: "secret", SUPABASE_URL: url } });
      const claims = btoa(JSON.stringify({ role: "authenticated", exp: 4102444800 }));
      expect(await buy({}, { authorization: `Bearer e30.${claims}.x` })).toMatchObject({ status });
    } finally {
      auth.close();
    }
  });

  test("may send the same request again with a new challenge", async () => {
    const one = { challenge: "first" };
    const fingerprint = (body: object) =>
      fingerprintOf(checkoutRequest({ items: [{ sku: "mug", quantity: 1 }], provider: "shop", ...body }));
    expect(await fingerprint(one)).toBe(await fingerprint({ challenge: "second" }));
    expect(await fingerprint(one)).not.toBe(await fingerprint({ ...one, currency: "EUR" }));
  });
});

describe("before anything is reserved", () => {
  test.each<[string, Parameters<typeof shop>[0], object, number, string, RegExp]>([
    [
      "a gateway that is not set up",
      { env: { STOREFRONT_URL: ENV.STOREFRONT_URL! } },
      {},
      503,
      "not_configured",
      /SHOP_KEY not set/,
    ],
    ["a missing STOREFRONT_URL", { env: { SHOP_KEY: "x" } }, {}, 503, "not_configured", /STOREFRONT_URL is not set/],
    ["a method that the gateway does not have", {}, { method: "barter" }, 400, "method_unknown", /order, form/],
    ["an unknown provider", {}, { provider: "toString" }, 400, "provider_unknown", /choose shop/],
    [
      "a currency that the gateway does not take",
      { gateway: { currency: "XAF" } },
      { currency: "EUR" },
      422,
      "currency_not_payable",
      /XAF/,
    ],
  ])("%s is refused", async (_, set, body, status, error, message) => {
    const { calls, buy } = shop(set);
    expect(await buy(body)).toMatchObject({ status, body: { error, message: expect.stringMatching(message) } });
    expect(calls).toEqual([]);
  });
});

describe("nothing is left reserved", () => {
  test("when the gateway does not support it", async () => {
    const { calls, buy } = shop({ gateway: { unsupportedReason: () => "Too little to be paid here." } });
    expect(await buy()).toMatchObject({
      status: 422,
      body: { error: "not_payable", message: "Too little to be paid here." },
    });
    expect(calls).toEqual(["begin", "undo"]);
  });

  test.each<[string, Error, number, string]>([
    ["is away", new ApiError("unavailable", "shop: POST / answered 500: key the-secret-key"), 503, "5"],
    ["has too many requests", new ApiError("rate_limited", "shop: too many", { retryAfterMs: 41_500 }), 503, "42"],
    ["refuses", new ApiError("refused", "shop: no such account the-secret-key"), 502, "5"],
    [
      "refuses the credentials",
      new ApiError("unauthorized", "shop: Invalid API Key provided: the-secret-key"),
      502,
      "5",
    ],
    ["has an error in our code", new TypeError("x is not a function: the-secret-key"), 502, "5"],
  ])("when the provider %s; its message stays in the log", async (_, error, status, retryAfter) => {
    const { calls, buy } = shop({ gateway: { createPayment: () => Promise.reject(error) } });
    const answer = await buy();
    expect(answer).toMatchObject({ status, body: { error: "provider_unavailable" } });
    expect(answer.headers.get("retry-after")).toBe(retryAfter);
    expect(JSON.stringify(answer.body)).not.toContain("the-secret-key");
    expect(calls).toEqual(["begin", "undo"]);
  });

  test("when the provider's message contains the buyer's address, which is kept out of the log", async () => {
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

  test("when the provider hangs, and the gateway ignores its signal", async () => {
    const { calls, buy } = shop({ gateway: { createPayment: () => new Promise(() => {}) }, timeoutMs: 100 });
    expect(await buy()).toMatchObject({ status: 503, body: { error: "provider_unavailable" } });
    expect(calls).toEqual(["begin", "undo"]);
  });

  test("when the payment could not be recorded: SQL knows whether it was", async () => {
    const { calls, buy } = shop({ start: () => Promise.reject(new DatabaseAway("gone")) });
    expect(await buy()).toMatchObject({ status: 503, body: { error: "try_again" } });
    expect(calls).toEqual(["begin", "pay", "start", "undo"]);
  });
});

test("a checkout that cannot be undone gets the same answer", async () => {
  const away = () => Promise.reject(new DatabaseAway("gone"));
  const { buy } = shop({
    gateway: { createPayment: () => Promise.reject(new ApiError("unavailable", "down")) },
    undo: away,
  });
  expect(await buy()).toMatchObject({ status: 503, body: { error: "provider_unavailable" } });
});

test("without a database no payment is created", async () => {
  const { calls, buy } = shop({ begin: () => Promise.reject(new DatabaseAway("gone")) });
  const answer = await buy();
  expect(answer).toMatchObject({ status: 503, body: { error: "try_again" } });
  expect([answer.headers.get("retry-after"), answer.headers.get("access-control-allow-origin")]).toEqual(["10", "*"]);
  expect(calls).toEqual(["begin"]);
});

test("an unexpected error is answered without its message", async () => {
  const { buy } = shop({
    begin: () => Promise.reject(new Error('relation "commerce.secret" does not exist at line 12')),
  });
  const answer = await buy();
  expect(answer).toMatchObject({ status: 500, body: { error: "internal_error" } });
  expect(JSON.stringify(answer.body)).not.toMatch(/relation|line 12/);
});

describe("a second call with the same key", () => {
  test("waits for the first, and gets the same answer", async () => {
    const answer = { checkout_session_id: ID, state: "open" };
    const { calls, buy } = shop({
      begin: (times) => (times < 4 ? { ...BEGUN, outcome: "busy" } : { ...BEGUN, outcome: "answered", answer }),
    });
    expect(await buy()).toMatchObject({ status: 200, body: { ...answer, token: BEGUN.token } });
    expect(calls).toEqual(Array(4).fill("begin"));
  });

  test("takes over when the first was undone", async () => {
    const { calls, buy } = shop({ begin: (times) => (times < 3 ? { ...BEGUN, outcome: "busy" } : BEGUN) });
    expect((await buy()).status).toBe(201);
    expect(calls).toEqual(["begin", "begin", "begin", "pay", "start"]);
  });

  test("is answered 409 after 10 s, to try again", async () => {
    let time = 0;
    const clock = () => {
      time += 4000;
      return time;
    };
    const { calls, buy } = shop({ begin: () => ({ ...BEGUN, outcome: "busy" }), clock });
    const answer = await buy();
    expect(answer).toMatchObject({ status: 409, body: { error: "in_progress" } });
    expect(answer.headers.get("retry-after")).toBe("2");
    expect(calls).not.toContain("undo");
  });
});
