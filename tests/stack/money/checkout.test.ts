/**
 * Buying over HTTP: functions/checkout and functions/payment-status, against the real database, Auth and the providers'
 * stand-ins.
 */
import { createClient } from "@supabase/supabase-js";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { anyString } from "../../functions/arbitraries.ts";
import { type Guide, unfold } from "../docs/guide.ts";
import {
  aProductForAll,
  type CheckedOut,
  checkOut,
  GATEWAYS,
  type GatewayName,
  paymentStatus,
  pays,
  postCheckout,
  type Standing,
  sends,
  shelf,
} from "../storefront.ts";
import { aBuyer, aProduct, startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack();
});
afterAll(() => testStack?.stop());

const aGuest = () => `guest-${crypto.randomUUID()}@example.com`;
const buy = (body: object, options: { key?: string; bearer?: string } = {}) =>
  postCheckout(testStack, { provider: "stripe", email: aGuest(), ...body }, options);

/** Status and word of an answer: [409, "sold_out"]. */
const refusal = async (response: Response) => [response.status, (await response.json()).error];

const checkoutsOf = async (sku: string) =>
  await testStack.sql`
    select s.id, s.status, s.user_id, s.email, s.total_minor::int from public.checkout_sessions s
    join public.checkout_items i on i.checkout_session_id = s.id where i.sku = ${sku} order by s.created_at`;

/** Asks about a checkout as a page that has this to show. */
async function ask(id: string, { token, bearer }: { token?: string; bearer?: string } = {}): Promise<Response> {
  const headers = { ...(token && { "x-checkout-token": token }), ...(bearer && { authorization: `Bearer ${bearer}` }) };
  return await fetch(`${testStack.stack.functionsUrl}/payment-status?checkout_session_id=${id}`, { headers });
}

async function callOff(body: object, bearer?: string): Promise<Response> {
  return await fetch(`${testStack.stack.functionsUrl}/checkout/cancel`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: bearer ? { authorization: `Bearer ${bearer}` } : {},
  });
}

/** The buyer has been waiting for so long. */
const hasWaited = (id: string, seconds: number) =>
  testStack.sql`
    update public.checkout_sessions set returned_at = now() - make_interval(secs => ${seconds}) where id = ${id}`;

async function aSeat(capacity: number): Promise<string> {
  const sku = `seat-${crypto.randomUUID()}`;
  await testStack.sql`
    with c as (insert into public.cohorts (name, capacity) values (${sku}, ${capacity}) returning id)
    insert into public.products (sku, name, price_minor, currency, kind, cohort_id) select ${sku}, 'A seat', 9900,
      'EUR', 'cohort_seat', id from c`;
  return sku;
}

const sessionsAtStripe = (checkoutId: string) =>
  testStack.stack.providers.stripe.asked.filter(
    ({ method, path, body }) =>
      method === "POST" && path.startsWith("/v1/checkout/sessions") && body.includes(checkoutId),
  );

describe("a purchase", () => {
  test("by a guest is told whole: what it costs, until when, and where to pay", async () => {
    const sku = await aProduct(testStack, { stock: 5, price: 2450 });
    const response = await buy({ items: [{ sku, quantity: 2 }] });
    expect(response.status).toBe(201);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      checkout_session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      token: expect.stringMatching(/^[0-9a-f]{64}$/),
      state: "open",
      total_minor: 4900,
      ...{ subtotal_minor: 4900, discount_minor: 0, discount_code: null, shipping_minor: 0 },
      ...{ tax_minor: 0, tax_included: false },
      currency: "EUR",
      expires_at: expect.stringMatching(/Z$/),
      items: [{ sku, name: "Enamel mug", quantity: 2, unit_price_minor: 2450, starts_at: null }],
      provider: "stripe",
      redirect_url: expect.stringMatching(/^https:/),
      client_secret: null,
    });
    expect(await shelf(testStack, sku)).toEqual({ free: 3, held: 2, sold: 0 });
  });

  test.each(GATEWAYS)("at %s ends in an order once its webhook came", async (provider) => {
    const sku = await aProductForAll(testStack, 5);
    const bought = await checkOut(testStack, provider, [{ sku, quantity: 2 }]);
    expect([bought.total_minor, bought.currency]).toEqual(provider === "fapshi" ? [30000, "XAF"] : [4900, "EUR"]);
    expect(await paymentStatus(testStack, bought)).toMatchObject({
      state: "processing",
      ask_again_in_ms: 2500,
      show: { title: "Processing payment…" },
    });
    await sends(testStack, provider, await pays(testStack, provider, bought, "captured"));
    const paid = await until("the order", async () => {
      const status = await paymentStatus(testStack, bought);
      return status.state === "paid" && status;
    });
    expect(paid).toMatchObject({
      ask_again_in_ms: null,
      order: { status: "confirmed", total_minor: bought.total_minor },
    });
    expect(await shelf(testStack, sku)).toEqual({ free: 3, held: 0, sold: 2 });
  });

  test("in the storefront's own form has a secret for it, and no page to go to", async () => {
    const sku = await aProduct(testStack);
    const response = await buy({ items: [{ sku, quantity: 1 }], method: "payment_intent" });
    expect(await response.json()).toMatchObject({
      redirect_url: null,
      client_secret: expect.stringContaining("secret"),
    });
  });

  test.each(["price", "price_minor", "unit_price_minor", "total_minor", "coupon"])(
    "with a %s of the caller's is refused by that name, in the request and in an item",
    async (name) => {
      const sku = await aProduct(testStack);
      const inRequest = await buy({ items: [{ sku, quantity: 1 }], [name]: 1 });
      expect([inRequest.status, await inRequest.json()]).toMatchObject([
        400,
        { error: "unknown_member", message: expect.stringContaining(`"${name}"`), buyer_message: expect.any(String) },
      ]);
      const inItem = await buy({ items: [{ sku, quantity: 1, [name]: 1 }] });
      expect([inItem.status, await inItem.json()]).toMatchObject([
        400,
        { error: "unknown_member", message: expect.stringContaining(`"items.0.${name}"`) },
      ]);
      expect(await checkoutsOf(sku)).toEqual([]);
    },
  );

  test("costs what the catalogue said when it was checked out", async () => {
    const sku = await aProduct(testStack, { price: 2450 });
    const response = await buy({ items: [{ sku, quantity: 1 }] });
    const bought: CheckedOut = await response.json();
    expect(bought.total_minor).toBe(2450);
    await testStack.sql`update public.products set price_minor = 9900 where sku = ${sku}`;
    await sends(testStack, "stripe", await pays(testStack, "stripe", bought, "captured"));
    expect(await paymentStatus(testStack, bought)).toMatchObject({ state: "paid", order: { total_minor: 2450 } });
  });

  test("comes back to the storefront, naming the checkout and keeping what was in the address", async () => {
    const sku = await aProduct(testStack);
    const given = { success_url: "http://localhost:5173/thanks?lang=fr#top", cancel_url: "http://localhost:5173/cart" };
    const { checkout_session_id: id } = await (await buy({ items: [{ sku, quantity: 1 }], ...given })).json();
    const sent = new URLSearchParams(sessionsAtStripe(id)[0]!.body);
    expect(sent.get("success_url")).toBe(`http://localhost:5173/thanks?lang=fr&checkout_session_id=${id}#top`);
    expect(sent.get("cancel_url")).toBe(`http://localhost:5173/cart?checkout_session_id=${id}`);
  });

  test("comes back to the storefront's own pages where nothing else is said", async () => {
    const sku = await aProduct(testStack);
    const { checkout_session_id: id } = await (await buy({ items: [{ sku, quantity: 1 }] })).json();
    const sent = new URLSearchParams(sessionsAtStripe(id)[0]!.body);
    expect(sent.get("success_url")).toBe(`http://localhost:5173/checkout/success?checkout_session_id=${id}`);
    expect(sent.get("cancel_url")).toBe(`http://localhost:5173/checkout/cancelled?checkout_session_id=${id}`);
  });
});

describe("the same purchase sent again", () => {
  test("20 times at once is one checkout, one reservation and one payment page, and all are told the same", async () => {
    const sku = await aProduct(testStack, { stock: 5 });
    const body = { items: [{ sku, quantity: 1 }], email: aGuest() };
    const key = crypto.randomUUID();
    const responses = await Promise.all(Array.from({ length: 20 }, () => buy(body, { key })));
    expect(responses.map(({ status }) => status).toSorted()).toEqual([...Array(19).fill(200), 201]);
    const answers = await Promise.all(responses.map((response) => response.json()));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await checkoutsOf(sku)).toHaveLength(1);
    expect(await shelf(testStack, sku)).toEqual({ free: 4, held: 1, sold: 0 });
    expect(sessionsAtStripe(answers[0].checkout_session_id)).toHaveLength(1);
  });

  test("later is answered the same", async () => {
    const sku = await aProduct(testStack);
    const body = { items: [{ sku, quantity: 1 }], email: aGuest() };
    const key = crypto.randomUUID();
    const first = await (await buy(body, { key })).json();
    await testStack.sql`update public.products set price_minor = 1 where sku = ${sku}`;
    const second = await buy(body, { key });
    expect([second.status, await second.json()]).toEqual([200, first]);
  });

  test("with something else in it is refused, and reserves nothing", async () => {
    const sku = await aProduct(testStack, { stock: 5 });
    const body = { items: [{ sku, quantity: 1 }], email: aGuest() };
    const key = crypto.randomUUID();
    await buy(body, { key });
    const others = [
      { items: [{ sku, quantity: 2 }] },
      { email: aGuest() },
      { provider: "paypal" },
      { cancel_url: "http://localhost:5173/" },
    ];
    for (const other of others)
      expect(await refusal(await buy({ ...body, ...other }, { key }))).toEqual([422, "idempotency_key_reused"]);
    expect(await shelf(testStack, sku)).toMatchObject({ held: 1 });
  });

  test("by somebody else with a key of the same name is another purchase", async () => {
    const sku = await aProduct(testStack, { stock: 5 });
    const key = crypto.randomUUID();
    const { client } = await aBuyer(testStack);
    const bearer = (await client.auth.getSession()).data.session!.access_token;
    const guest = await (await buy({ items: [{ sku, quantity: 1 }] }, { key })).json();
    const account = await buy({ items: [{ sku, quantity: 1 }] }, { key, bearer });
    expect(account.status).toBe(201);
    expect((await account.json()).checkout_session_id).not.toBe(guest.checkout_session_id);
  });
});

describe("bad input", () => {
  let sku: string;
  beforeAll(async () => {
    sku = await aProduct(testStack, { stock: 5 });
  });

  test.each<[string, object, [number, string]]>([
    ["no items", { items: [] }, [400, "items_missing"]],
    ["items that are no list", { items: { sku: "x", quantity: 1 } }, [400, "items_missing"]],
    ["1000 items", { items: Array.from({ length: 1000 }, () => ({ sku: "x", quantity: 1 })) }, [400, "too_many_items"]],
    ["an unknown item", { items: [{ sku: "no-such-thing", quantity: 1 }] }, [404, "unknown_item"]],
    ["an item that is text", { items: ["x"] }, [400, "quantity_invalid"]],
    ["a sku that Postgres cannot store", { items: [{ sku: "x\0", quantity: 1 }] }, [400, "quantity_invalid"]],
    ["a sku of half a character", { items: [{ sku: "x\ud800", quantity: 1 }] }, [400, "quantity_invalid"]],
    [
      "a time where none belongs",
      { items: [{ sku: "SKU", quantity: 1, starts_at: "2030-01-01T00:00:00Z" }] },
      [400, "starts_at_unexpected"],
    ],
    [
      "a time that is none",
      { items: [{ sku: "SKU", quantity: 1, starts_at: "tomorrow" }] },
      [400, "starts_at_invalid"],
    ],
    [
      "a time of no clock on earth",
      { items: [{ sku: "SKU", quantity: 1, starts_at: "2030-01-01T00:00:00+99:99" }] },
      [400, "starts_at_invalid"],
    ],
    [
      "a time that JavaScript cannot write",
      { items: [{ sku: "SKU", quantity: 1, starts_at: { toString: 1 } }] },
      [400, "starts_at_invalid"],
    ],
    [
      "a list for a time",
      { items: [{ sku: "SKU", quantity: 1, starts_at: ["2030-01-01T00:00:00Z"] }] },
      [400, "starts_at_invalid"],
    ],
    ["an unknown provider", { provider: "cash" }, [400, "provider_unknown"]],
    ["a provider of JavaScript's own", { provider: "constructor" }, [400, "provider_unknown"]],
    ["no provider", { provider: undefined }, [400, "provider_unknown"]],
    ["an unknown method", { method: "barter" }, [400, "method_unknown"]],
    ["another provider's method", { provider: "paypal", method: "payment_intent" }, [400, "method_unknown"]],
    ["a currency it is not sold in", { currency: "XAF" }, [422, "not_sold_in_currency"]],
    ["a currency that is none", { currency: "euro" }, [400, "request_not_understood"]],
    ["a provider that takes no such currency", { provider: "fapshi", currency: "EUR" }, [422, "currency_not_payable"]],
    ["a provider it has no price for", { provider: "fapshi" }, [422, "not_sold_in_currency"]],
    ["a guest without an address", { email: undefined }, [400, "email_missing"]],
    ["an address that is none", { email: "amina" }, [400, "email_missing"]],
    ["an address that Postgres cannot store", { email: "a\0@example.com" }, [400, "request_not_understood"]],
    ["a page of somebody else's", { success_url: "https://evil.example/thanks" }, [400, "redirect_not_allowed"]],
    ["a page of somebody else's for later", { cancel_url: "https://evil.example/" }, [400, "redirect_not_allowed"]],
    ...[0, -1, 1.5, 100001, 1e300, "2", "two", null, true, [1], {}].map(
      (quantity): [string, object, [number, string]] => [
        `a quantity of ${JSON.stringify(quantity)}`,
        { items: [{ sku: "SKU", quantity }] },
        [400, "quantity_invalid"],
      ],
    ),
  ])("%s is refused, and reserves nothing", async (_, body, expected) => {
    const own = JSON.parse(
      JSON.stringify({ items: [{ sku: "SKU", quantity: 1 }], email: aGuest(), ...body }).replaceAll(
        '"SKU"',
        `"${sku}"`,
      ),
    );
    const response = await postCheckout(testStack, { ...("provider" in body ? {} : { provider: "stripe" }), ...own });
    const answer = await response.json();
    expect([response.status, answer.error]).toEqual(expected);
    expect(answer.message).toMatch(/\w{3,}.*[.]$/);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(await shelf(testStack, sku)).toEqual({ free: 5, held: 0, sold: 0 });
  });

  test("of any kind is answered, and never by an error of ours", async () => {
    const value = fc.oneof(fc.jsonValue(), fc.integer(), anyString);
    // Any but one that can be had.
    const quantity = value.filter(
      (each) => !(Number.isInteger(each) && (each as number) >= 1 && (each as number) <= 5),
    );
    const item = fc.oneof(
      value,
      fc.record({ sku: fc.oneof(fc.constant(sku), value), quantity, starts_at: value }, { requiredKeys: ["sku"] }),
    );
    const one = fc.record(
      { items: fc.oneof(fc.array(item), value), method: value, currency: value, email: value, success_url: value },
      { requiredKeys: ["items"] },
    );
    await fc.assert(
      fc.asyncProperty(one, async (body) => {
        const response = await buy(body);
        expect([400, 404, 409, 422]).toContain(response.status);
        expect(await response.json()).toEqual({
          error: expect.stringMatching(/^[a-z_]+$/),
          message: expect.any(String),
          buyer_message: expect.any(String),
        });
      }),
      { numRuns: 150 },
    );
    expect(await shelf(testStack, sku)).toEqual({ free: 5, held: 0, sold: 0 });
  });

  test("what is not on sale any more is unknown", async () => {
    const gone = await aProduct(testStack);
    await testStack.sql`update public.products set active = false where sku = ${gone}`;
    expect(await refusal(await buy({ items: [{ sku: gone, quantity: 1 }] }))).toEqual([404, "unknown_item"]);
  });

  test("what is sold out is told with what is left, and nothing else is reserved", async () => {
    const few = await aProduct(testStack, { stock: 1 });
    const response = await buy({
      items: [
        { sku, quantity: 1 },
        { sku: few, quantity: 2 },
      ],
    });
    const answer = await response.json();
    expect([response.status, answer.error]).toEqual([409, "sold_out"]);
    expect(answer.message).toContain("2 asked for, 1 left");
    expect(await shelf(testStack, sku)).toEqual({ free: 5, held: 0, sold: 0 });
  });

  test("two currencies do not go into one checkout", async () => {
    const dollars = await aProduct(testStack, { currency: "USD" });
    const items = [sku, dollars].map((each) => ({ sku: each, quantity: 1 }));
    expect(await refusal(await buy({ items }))).toEqual([422, "mixed_currencies"]);
    expect(await shelf(testStack, sku)).toMatchObject({ free: 5 });
  });

  test("who has a seat already is told so", async () => {
    const seat = await aSeat(5);
    const email = aGuest();
    await testStack.sql`insert into public.enrollments (cohort_id, email) select p.cohort_id, ${email}
      from public.products p where p.sku = ${seat}`;
    expect(await refusal(await buy({ items: [{ sku: seat, quantity: 1 }], email }))).toEqual([409, "already_enrolled"]);
  });

  test.each([2, 100_000])("an amount beyond counting is refused (%d of something dear)", async (quantity) => {
    const dear = await aProduct(testStack, { price: 9_007_199_254_740_991, stock: null });
    expect(await refusal(await buy({ items: [{ sku: dear, quantity }] }))).toEqual([400, "quantity_invalid"]);
  });

  test.each([undefined, "short", "with a blank in it", "x".repeat(256)])(
    "a key like %j is asked for anew",
    async (key) => {
      const response = await fetch(`${testStack.stack.functionsUrl}/checkout`, {
        method: "POST",
        headers: key === undefined ? {} : { "idempotency-key": key },
        body: JSON.stringify({ items: [{ sku, quantity: 1 }], provider: "stripe", email: aGuest() }),
      });
      expect(await refusal(response)).toEqual([400, "idempotency_key_missing"]);
    },
  );

  test.each([
    ["no JSON", "{", [400, "body_not_json"]],
    ["a list", "[]", [400, "body_not_json"]],
    [
      "lists 30000 deep",
      `{"items": [{"starts_at": ${"[".repeat(30_000)}${"]".repeat(30_000)}}], "provider": "stripe", "email": "a@example.com"}`,
      [400, "quantity_invalid"],
    ],
    ["more than 64 KB", JSON.stringify({ x: "x".repeat(70_000) }), [413, "body_too_large"]],
  ])("a body of %s", async (_, body, expected) => {
    const response = await fetch(`${testStack.stack.functionsUrl}/checkout`, {
      method: "POST",
      headers: { "idempotency-key": crypto.randomUUID() },
      body: body as string,
    });
    expect(await refusal(response)).toEqual(expected);
  });
});

describe("the last one", () => {
  test.each([
    ["unit of a product", () => aProduct(testStack, { stock: 1 })],
    ["seat of a cohort", () => aSeat(1)],
  ])("%s goes to exactly one of ten who ask at once", async (_, make) => {
    const sku = await make();
    const responses = await Promise.all(Array.from({ length: 10 }, () => buy({ items: [{ sku, quantity: 1 }] })));
    expect(responses.map(({ status }) => status).toSorted()).toEqual([201, ...Array(9).fill(409)]);
    expect(await checkoutsOf(sku)).toHaveLength(1);
  });
});

describe("a provider in trouble", () => {
  const fault = (kind: "500" | "hang" | "429", path: string, times: number) =>
    testStack.stack.providers.stripe.fail({ kind, path, times });

  /** What follows any failure: the stock is back, and the same key works once the provider does. */
  async function recovers(sku: string, body: object, key: string): Promise<void> {
    expect(await shelf(testStack, sku)).toEqual({ free: 3, held: 0, sold: 0 });
    expect((await buy(body, { key })).status).toBe(201);
    expect(await shelf(testStack, sku)).toEqual({ free: 2, held: 1, sold: 0 });
  }

  test("that is down is said so, with when to try again; the stock is back, and the key may be used again", async () => {
    const sku = await aProduct(testStack, { stock: 3 });
    const body = { items: [{ sku, quantity: 1 }], email: aGuest() };
    const key = crypto.randomUUID();
    fault("500", "/v1/checkout/sessions", 3); // a call is tried three times
    const response = await buy(body, { key });
    expect(response.headers.get("retry-after")).toBe("5");
    const answer = await response.json();
    expect([response.status, answer.error]).toEqual([503, "provider_unavailable"]);
    expect(JSON.stringify(answer)).not.toMatch(/sk_test|Internal Server Error|at .*\.ts/);
    await recovers(sku, body, key);
  });

  test("that hangs is given up after 10 s", async () => {
    const sku = await aProduct(testStack, { stock: 3 });
    const body = { items: [{ sku, quantity: 1 }], email: aGuest() };
    const key = crypto.randomUUID();
    fault("hang", "/v1/checkout/sessions", 1);
    const from = performance.now();
    expect(await refusal(await buy(body, { key }))).toEqual([503, "provider_unavailable"]);
    expect(performance.now() - from).toBeGreaterThan(9_500);
    // Once: a second try would wait 10 s more.
    expect(sessionsAtStripe((await checkoutsOf(sku))[0]!.id)).toHaveLength(1);
    await recovers(sku, body, key);
  });

  test.each(["wrong shape", "not json"] as const)("that answers with %s keeps nothing reserved", async (kind) => {
    const sku = await aProduct(testStack, { stock: 3, currency: "XAF", price: 5000 });
    testStack.stack.providers.fapshi.fail({ kind, path: "/initiate-pay" });
    expect(await refusal(await buy({ items: [{ sku, quantity: 1 }], provider: "fapshi" }))).toEqual([
      503,
      "provider_unavailable",
    ]);
    expect(await shelf(testStack, sku)).toEqual({ free: 3, held: 0, sold: 0 });
  });
});

describe("a function that is killed after the provider answered, and before that is written down", () => {
  /** The next payment that this provider makes is its last answer to the process that asked. */
  function killsAsItAnswers(provider: GatewayName, path: string): void {
    const standIn = testStack.stack.providers[provider];
    const { handle } = standIn;
    standIn.handle = async (request, at) => {
      const answer = await handle(request, at);
      if (!at.startsWith(path)) return answer;
      standIn.handle = handle;
      process.kill((await testStack.stack.functions.pid("checkout"))!, "SIGKILL");
      return answer;
    };
  }

  const MADE_AT: [GatewayName, string][] = [
    ["stripe", "/v1/checkout/sessions"],
    ["paypal", "/v2/checkout/orders"],
    ["fapshi", "/initiate-pay"],
  ];

  test.each(MADE_AT)(
    "loses neither money nor stock at %s: the same call takes over after half a minute",
    async (provider, path) => {
      const sku = await aProductForAll(testStack, 1);
      const key = crypto.randomUUID();
      const body = { items: [{ sku, quantity: 1 }], provider, email: aGuest() };
      killsAsItAnswers(provider, path);
      expect((await buy(body, { key })).status).toBe(500);
      expect(await shelf(testStack, sku)).toEqual({ free: 0, held: 1, sold: 0 });

      await testStack.sql`update public.checkout_requests set claimed_until = now() where key = ${key}`;
      const again = await buy(body, { key });
      expect(again.status).toBe(201);
      expect(await checkoutsOf(sku)).toHaveLength(1);
      const bought: CheckedOut = await again.json();
      await sends(testStack, provider, await pays(testStack, provider, bought, "captured"));
      await until("paid", async () => (await paymentStatus(testStack, bought)).state === "paid");
      expect(await shelf(testStack, sku)).toEqual({ free: 0, held: 0, sold: 1 });
    },
  );

  test("keeps the stock no longer than its checkout lives, when nobody comes back", async () => {
    const sku = await aProduct(testStack, { stock: 1 });
    killsAsItAnswers("stripe", "/v1/checkout/sessions");
    expect((await buy({ items: [{ sku, quantity: 1 }] })).status).toBe(500);
    const [left] = await checkoutsOf(sku);
    await testStack.sql`
      update public.checkout_sessions set expires_at = now() - interval '1 second' where id = ${left!.id}`;
    await testStack.sql`select commerce.expire_checkouts()`;
    expect(await shelf(testStack, sku)).toEqual({ free: 1, held: 0, sold: 0 });
  });
});

describe("somebody else's checkout", () => {
  test("is as unknown as one that does not exist, for its status and for calling it off", async () => {
    const sku = await aProduct(testStack, { stock: 5 });
    const theirs = await checkOut(testStack, "stripe", [{ sku, quantity: 1 }], aGuest());
    const mine = await checkOut(testStack, "stripe", [{ sku, quantity: 1 }], aGuest());
    const { client } = await aBuyer(testStack);
    const bearer = (await client.auth.getSession()).data.session!.access_token;
    const id = theirs.checkout_session_id;
    const answers = [
      await ask(id),
      await ask(id, { token: mine.token }),
      await ask(id, { token: "0".repeat(64) }),
      await ask(id, { token: "' or true" }),
      await ask(id, { bearer }),
      await ask(crypto.randomUUID(), { token: mine.token }),
      await callOff({ checkout_session_id: id }),
      await callOff({ checkout_session_id: id, token: mine.token }),
      await callOff({ checkout_session_id: id, token: null }),
      await callOff({ checkout_session_id: id }, bearer),
      await callOff({ checkout_session_id: crypto.randomUUID(), token: mine.token }, bearer),
    ];
    expect(answers.map(({ status }) => status)).toEqual(Array(11).fill(404));
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect((await checkoutsOf(sku)).map(({ status }) => status)).toEqual(["open", "open"]);
    const [untouched] = await testStack.sql`select returned_at from public.checkout_sessions where id = ${id}`;
    expect(untouched!.returned_at).toBeNull();
  });

  test.each(["", "1", "not-a-uuid", "'; select 1"])("an id like %j is none", async (id) => {
    expect(await refusal(await ask(encodeURIComponent(id), { token: "0".repeat(64) }))).toEqual([
      400,
      "checkout_session_id_missing",
    ]);
  });
});

describe("calling it off", () => {
  test("gives the stock back at once; a second time changes nothing", async () => {
    const sku = await aProduct(testStack, { stock: 3 });
    const { checkout_session_id, token } = await checkOut(testStack, "stripe", [{ sku, quantity: 2 }], aGuest());
    for (const _ of [1, 2]) {
      const response = await callOff({ checkout_session_id, token });
      expect([response.status, await response.json()]).toEqual([200, { state: "cancelled" }]);
      expect(await shelf(testStack, sku)).toEqual({ free: 3, held: 0, sold: 0 });
    }
    const [started] = await testStack.sql`
      select close_requested_at is not null as closing from public.started_payments
        where checkout_session_id = ${checkout_session_id}`;
    expect(started!.closing).toBe(true);
  });

  test("comes too late for what is paid", async () => {
    const sku = await aProduct(testStack, { stock: 3 });
    const bought = await checkOut(testStack, "stripe", [{ sku, quantity: 2 }], aGuest());
    await sends(testStack, "stripe", await pays(testStack, "stripe", bought, "captured"));
    const { checkout_session_id, token } = bought;
    expect(await (await callOff({ checkout_session_id, token })).json()).toEqual({ state: "paid" });
    expect(await shelf(testStack, sku)).toEqual({ free: 1, held: 0, sold: 2 });
  });

  test("an account calls off its own without a token", async () => {
    const sku = await aProduct(testStack, { stock: 3 });
    const { client } = await aBuyer(testStack);
    const bearer = (await client.auth.getSession()).data.session!.access_token;
    const { checkout_session_id } = await (
      await buy({ items: [{ sku, quantity: 1 }], email: undefined }, { bearer })
    ).json();
    expect((await callOff({ checkout_session_id }, bearer)).status).toBe(200);
    expect(await shelf(testStack, sku)).toMatchObject({ free: 3 });
  });
});

describe("who calls", () => {
  test("an account's checkout is its own, with the address that Auth knows", async () => {
    const sku = await aProduct(testStack);
    const { client, id, email } = await aBuyer(testStack);
    const bearer = (await client.auth.getSession()).data.session!.access_token;
    const response = await buy({ items: [{ sku, quantity: 1 }], email: "somebody.else@example.com" }, { bearer });
    expect(response.status).toBe(201);
    expect(await checkoutsOf(sku)).toMatchObject([{ user_id: id, email }]);
    const { checkout_session_id } = await response.json();
    expect(await (await ask(checkout_session_id, { bearer })).json()).toMatchObject({ state: "processing" });
  });

  test("the project's public key is a guest's", async () => {
    const sku = await aProduct(testStack);
    const response = await buy({ items: [{ sku, quantity: 1 }] }, { bearer: testStack.stack.publishableKey });
    expect(response.status).toBe(201);
    expect(await checkoutsOf(sku)).toMatchObject([{ user_id: null }]);
    const anon = await buy({ items: [{ sku, quantity: 1 }] }, { bearer: testStack.stack.env.SUPABASE_ANON_KEY! });
    expect(anon.status).toBe(201);
  });

  test("a session that is not valid is refused, and not taken for a guest's", async () => {
    const sku = await aProduct(testStack);
    const { client } = await aBuyer(testStack);
    const bearer = (await client.auth.getSession()).data.session!.access_token;
    const [head, payload] = bearer.split(".");
    const bent = [`${head}.${payload}.${"A".repeat(43)}`, "nonsense", testStack.stack.secretKey];
    for (const bad of bent) {
      expect(await refusal(await buy({ items: [{ sku, quantity: 1 }] }, { bearer: bad }))).toEqual([
        401,
        "session_invalid",
      ]);
      expect(await refusal(await ask(crypto.randomUUID(), { bearer: bad }))).toEqual([401, "session_invalid"]);
    }
    expect(await shelf(testStack, sku)).toMatchObject({ held: 0 });
  });
});

describe("a buyer who waits", () => {
  test.each(GATEWAYS)("sees the payment at %s though no webhook is ever received", async (provider) => {
    const sku = await aProductForAll(testStack, 5);
    const bought = await checkOut(testStack, provider, [{ sku, quantity: 1 }], aGuest());
    await paymentStatus(testStack, bought);
    await pays(testStack, provider, bought, "captured");
    await hasWaited(bought.checkout_session_id, 4);
    const paid: Standing = await until("paid", async () => {
      const status = await paymentStatus(testStack, bought);
      return status.state === "paid" && status;
    });
    expect(paid.order!.status).toBe("confirmed");
    const [event] = await testStack.sql`
      select e.trust from inbox.events e where e.provider = ${provider}
        and e.facts::text like ${`%${bought.checkout_session_id}%`}`;
    expect(event!.trust).toBe("confirmed");
  });

  test("and a provider that hangs lose nothing but 5 seconds", async () => {
    const sku = await aProduct(testStack);
    const bought = await checkOut(testStack, "stripe", [{ sku, quantity: 1 }], aGuest());
    await paymentStatus(testStack, bought);
    await pays(testStack, "stripe", bought, "captured");
    await hasWaited(bought.checkout_session_id, 10);
    testStack.stack.providers.stripe.fail({ kind: "hang", path: "/v1/checkout/sessions/" });
    const before = testStack.stack.providers.stripe.asked.length;
    const from = performance.now();
    expect(await paymentStatus(testStack, bought)).toMatchObject({ state: "processing", ask_again_in_ms: 2500 });
    expect(performance.now() - from).toBeGreaterThan(4500);
    // Once: a second try would wait 5 s more.
    const asked = testStack.stack.providers.stripe.asked.slice(before);
    expect(asked.filter(({ path }) => path.startsWith("/v1/checkout/sessions/"))).toHaveLength(1);
    await until("paid", async () => (await paymentStatus(testStack, bought)).state === "paid");
  });

  test("costs the provider few questions, however many pages ask", async () => {
    const sku = await aProduct(testStack);
    const bought = await checkOut(testStack, "stripe", [{ sku, quantity: 1 }], aGuest());
    await paymentStatus(testStack, bought);
    await hasWaited(bought.checkout_session_id, 4);
    const before = testStack.stack.providers.stripe.asked.length;
    await Promise.all(Array.from({ length: 20 }, () => paymentStatus(testStack, bought)));
    expect(testStack.stack.providers.stripe.asked.slice(before).filter(({ method }) => method === "GET")).toHaveLength(
      1,
    );
  });

  test("may keep the token out of every address and log", async () => {
    const sku = await aProduct(testStack);
    const { checkout_session_id, token } = await checkOut(testStack, "stripe", [{ sku, quantity: 1 }], aGuest());
    const posted = await fetch(`${testStack.stack.functionsUrl}/payment-status`, {
      method: "POST",
      body: JSON.stringify({ checkout_session_id, token }),
    });
    expect([posted.status, (await posted.json()).state]).toEqual([200, "processing"]);
    expect((await ask(checkout_session_id, { token })).status).toBe(200);
  });
});

describe("money that comes after the reservation expired", () => {
  async function expiredAndPaid(stock: number, meanwhile: (sku: string) => Promise<unknown>): Promise<Standing> {
    const sku = await aProduct(testStack, { stock });
    const bought = await checkOut(testStack, "stripe", [{ sku, quantity: 1 }], aGuest());
    const webhooks = await pays(testStack, "stripe", bought, "captured");
    await testStack.sql`update public.checkout_sessions set expires_at = now() - interval '1 second'
      where id = ${bought.checkout_session_id}`;
    await testStack.sql`select commerce.expire_checkouts()`;
    expect((await paymentStatus(testStack, bought)).state).toBe("expired");
    await meanwhile(sku);
    await sends(testStack, "stripe", webhooks);
    return await paymentStatus(testStack, bought);
  }

  test("makes an order where there is stock left", async () => {
    expect(await expiredAndPaid(1, async () => {})).toMatchObject({ state: "paid", order: { status: "confirmed" } });
  });

  test("makes an order that needs attention where there is none", async () => {
    const status = await expiredAndPaid(1, (sku) => checkOut(testStack, "stripe", [{ sku, quantity: 1 }], aGuest()));
    expect(status).toMatchObject({
      state: "paid",
      order: { status: "needs_attention" },
      show: { title: "Payment received" },
    });
    expect(status.show.text).toContain("closer look");
  });
});

test("a deadlock is tried again, and never told", async () => {
  const sku = await aProduct(testStack);
  await testStack.sql.unsafe(`
    create sequence public.deadlocks;
    create function public.deadlock() returns trigger language plpgsql as $$
    begin
      if new.email = 'deadlock@example.com' and nextval('public.deadlocks') < 4
      then raise exception using errcode = '40P01', message = 'deadlock detected'; end if;
      return new;
    end $$;
    create trigger deadlock before insert on public.checkout_sessions for each row execute function
      public.deadlock();`);
  try {
    expect((await buy({ items: [{ sku, quantity: 1 }], email: "deadlock@example.com" })).status).toBe(201);
    expect(await checkoutsOf(sku)).toHaveLength(1);
  } finally {
    await testStack.sql.unsafe("drop function public.deadlock() cascade; drop sequence public.deadlocks");
  }
});

test.each(["checkout", "payment-status"])("%s may be called from any page", async (name) => {
  const wanted = "authorization, apikey, x-client-info, content-type, idempotency-key, x-checkout-token";
  const response = await fetch(`${testStack.stack.functionsUrl}/${name}`, {
    method: "OPTIONS",
    headers: {
      origin: "https://shop.example.com",
      "access-control-request-method": "POST",
      "access-control-request-headers": wanted,
    },
  });
  expect(response.status).toBe(204);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("access-control-allow-methods")).toContain("POST");
  const allowed = response.headers.get("access-control-allow-headers")!.split(", ");
  expect(allowed).toEqual(expect.arrayContaining(wanted.split(", ")));
});

describe("docs/guides/storefront.md", () => {
  let guide: Guide;
  beforeAll(async () => {
    guide = await unfold("storefront.md");
  });
  afterAll(() => guide?.remove());

  test("shows what is on sale, and not what is not", async () => {
    const { apiUrl, publishableKey } = testStack.stack;
    const supabase = createClient(apiUrl, publishableKey, { realtime: { transport: WebSocket as never } });
    const [shown, hidden] = [await aProductForAll(testStack, 5), await aProduct(testStack)];
    await testStack.sql`update public.products set active = false where sku = ${hidden}`;
    const { onSale } = await guide.load("catalogue.ts");
    const products: { sku: string }[] = await onSale(supabase);
    expect(products.filter(({ sku }) => [shown, hidden].includes(sku))).toMatchObject([
      { sku: shown, price_minor: 2450, available: true, product_prices: [{ currency: "XAF", price_minor: 15000 }] },
    ]);
  });

  test("shows what shipping costs", async () => {
    const { apiUrl, publishableKey } = testStack.stack;
    const supabase = createClient(apiUrl, publishableKey, { realtime: { transport: WebSocket as never } });
    const { shippingRates } = await guide.load("delivery.ts");
    const rate = { name: "Post", countries: ["DE"], price_minor: 500, up_to_grams: 2000 };
    // In a currency of its own: a rate in force changes what other tests' checkouts need.
    await testStack.sql`insert into public.shipping_rates ${testStack.sql({ ...rate, currency: "NOK" })}`;
    try {
      expect(await shippingRates(supabase, "NOK")).toEqual([rate]);
    } finally {
      await testStack.sql`delete from public.shipping_rates`;
    }
  });

  test("buys, and follows the payment to its order", async () => {
    const { checkOut: guided } = await guide.load("checkout.ts");
    const { follow } = await guide.load("status.ts");
    const sku = await aProduct(testStack, { stock: 3 });
    const bought: CheckedOut = await guided(testStack.stack.functionsUrl, crypto.randomUUID(), {
      ...{ items: [{ sku, quantity: 1 }], provider: "stripe", email: aGuest() },
    });
    const shown: Standing[] = [];
    const end = follow(testStack.stack.functionsUrl, bought, (standing: Standing) => shown.push(standing));
    await until("the first asking", () => shown.length > 0);
    await sends(testStack, "stripe", await pays(testStack, "stripe", bought, "captured"));
    expect((await end).order.total_minor).toBe(2450);
    expect([shown[0]!.show.title, shown.at(-1)!.show.title]).toEqual(["Processing payment…", "Payment received"]);
  });

  test("calls it off, and tells why something cannot be bought", async () => {
    const { checkOut: guided } = await guide.load("checkout.ts");
    const { callOff: guidedCallOff } = await guide.load("cancel.ts");
    const sku = await aProduct(testStack, { stock: 1 });
    const purchase = { items: [{ sku, quantity: 1 }], provider: "stripe", email: aGuest() };
    const bought = await guided(testStack.stack.functionsUrl, crypto.randomUUID(), purchase);
    await expect(guided(testStack.stack.functionsUrl, crypto.randomUUID(), purchase)).rejects.toMatchObject({
      code: "sold_out",
      show: expect.stringMatching(/^Sorry, there are not enough left/),
    });
    expect(await guidedCallOff(testStack.stack.functionsUrl, bought)).toBe("cancelled");
    expect((await guided(testStack.stack.functionsUrl, crypto.randomUUID(), purchase)).token).not.toBe(bought.token);
  });
});
