/** The job that makes refunds: against the stand-ins over real HTTP, with a fake database. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ReceivedEvent } from "../../../../functions/_shared/inbound/inbox.ts";
import { NotConfigured } from "../../../../functions/_shared/outbound/adapter.ts";
import { refundPayment } from "../../../../functions/_shared/outbound/jobs/refund_payment.ts";
import { type Database, DatabaseAway } from "../../../../functions/_shared/platform/database.ts";
import { stripeGateway } from "../../../../functions/_shared/providers/stripe/gateway.ts";
import { createPaypal, type PaypalStandIn } from "../../../../local/providers/paypal.ts";
import { createStripe, type StripeStandIn } from "../../../../local/providers/stripe.ts";
import { paypalEvent } from "../../../../simulator/providers/paypal.ts";
import { type Mounted, mounted } from "../../mounted.ts";
import { CHECKOUT, posts, REDIRECT_URLS, REFUND_REQUEST_ID, timeout } from "../../providers/gateways.ts";

let stripe: StripeStandIn;
let paypal: PaypalStandIn;
let servers: Mounted[];
let settings: Record<string, string>;
const env = (name: string) => settings[name];

/** The rows of commerce.may_refund, what was noted and what was received. */
let permissions: Record<string, unknown>[];
let notes: unknown[][];
let received: ReceivedEvent[];
let databaseAway: "never" | "to receive" | "to note";
const database: Database = {
  // biome-ignore lint/suspicious/noExplicitAny: rows of several kinds.
  async query(statement, values): Promise<any[]> {
    if (statement === "select * from commerce.may_refund($1::uuid)")
      return values[0] === REFUND_REQUEST_ID ? permissions : [];
    if (statement === "select commerce.note_refund($1::uuid, $2, $3)") {
      if (databaseAway === "to note") throw new DatabaseAway("no answer");
      notes.push(values);
      return [];
    }
    expect(statement).toContain("inbox.receive");
    if (databaseAway === "to receive") throw new DatabaseAway("no answer");
    received.push(...(values[0] as ReceivedEvent[]));
    return (values[0] as ReceivedEvent[]).map(() => ({ id: "x", status: "applied", duplicate: false }));
  },
  async close() {},
};

beforeEach(async () => {
  stripe = createStripe();
  paypal = createPaypal();
  servers = [await mounted({ stripe }), await mounted({ paypal })];
  settings = {
    ...{ STRIPE_BASE_URL: servers[0]!.url, STRIPE_API_KEY: "sk_test_x" },
    ...{ PAYPAL_BASE_URL: servers[1]!.url, PAYPAL_CLIENT_ID: "client", PAYPAL_CLIENT_SECRET: "secret" },
  };
  notes = [];
  received = [];
  databaseAway = "never";
  permissions = [
    {
      outcome: null,
      reason: null,
      provider: "stripe",
      payment_ref: await paid(),
      amount_minor: "1000",
      currency: "EUR",
    },
  ];
});
afterEach(() => Promise.all(servers.map((server) => server.stop())));

/** A payment at Stripe. */
async function paid(): Promise<string> {
  const { ref } = await stripeGateway.createPayment(env, CHECKOUT, REDIRECT_URLS, "payment_intent", timeout());
  stripe.pay(ref, "captured");
  return ref;
}

function run({ reason = null, time = 240_000 }: { reason?: string | null; time?: number } = {}) {
  const runtime = { env, now: Date.now, defer() {}, database, ending: new AbortController().signal };
  return refundPayment.run({ message_id: "m", data: { id: REFUND_REQUEST_ID, reason } }, runtime, timeout(time));
}

const refunds = () => posts(stripe.asked, "/v1/refunds");

describe("a refund that may be made", () => {
  test("is made, received as confirmed, and noted", async () => {
    const done = await run();
    expect(done).toEqual({ outcome: "delivered", body: expect.stringMatching(/^re_/) });
    const ref = (done as { body: string }).body;
    expect(notes).toEqual([[REFUND_REQUEST_ID, ref, null]]);
    expect(received).toMatchObject([
      {
        ...{
          provider: "stripe",
          provider_event_id: `confirmed:${ref}:succeeded`,
          type: "refund.updated",
          trust: "confirmed",
          error: null,
        },
        facts: [
          {
            type: "refund.updated",
            provider_ref: ref,
            payment_ref: permissions[0]!.payment_ref,
            amount_minor: 1000,
            status: "succeeded",
          },
        ],
      },
    ]);
  });
  test("passes on the reason that the admin gave", async () => {
    await run({ reason: "duplicate" });
    expect(new URLSearchParams(refunds()[0]!.body).get("reason")).toBe("duplicate");
  });
  test("is made at PayPal for a payment there", async () => {
    const body = paypalEvent("PAYMENT.CAPTURE.COMPLETED", {}, "sale");
    paypal.put(body);
    permissions = [{ ...permissions[0], provider: "paypal", payment_ref: JSON.parse(body).resource.id }];
    expect(await run()).toMatchObject({ outcome: "delivered" });
    expect(received).toMatchObject([
      { provider: "paypal", trust: "confirmed", facts: [{ amount_minor: 1000 }, { refunded_minor: 1000 }] },
    ]);
    expect(refunds()).toEqual([]);
  });
  test.each(["to receive", "to note"] as const)(
    "is made once, though the database cannot be reached %s",
    async (when) => {
      databaseAway = when;
      await expect(run()).rejects.toThrow(DatabaseAway);
      databaseAway = "never";
      const done = await run();
      expect(done).toMatchObject({ outcome: "delivered" });
      expect(notes).toEqual([[REFUND_REQUEST_ID, (done as { body: string }).body, null]]);
      expect(refunds()).toHaveLength(1);
      expect(new Set(received.map((event) => event.provider_event_id)).size).toBe(1);
    },
  );
});

describe("the provider is not called", () => {
  const expectNoCall = () => expect([refunds(), received]).toEqual([[], []]);

  test("when there is nothing left to refund", async () => {
    permissions = [{ outcome: "cancelled", reason: "It is sent already." }];
    expect(await run()).toEqual({ outcome: "cancelled", error: "It is sent already." });
    expect(notes).toEqual([]);
    expectNoCall();
  });
  test("when SQL refuses the refund, and that is noted", async () => {
    permissions = [{ outcome: "refused", reason: "It went back another way." }];
    expect(await run()).toEqual({ outcome: "refused", error: "It went back another way." });
    expect(notes).toEqual([[REFUND_REQUEST_ID, null, "It went back another way."]]);
    expectNoCall();
  });
  test.each(["fapshi", "whop", "nobody"])(
    "when %s has no refunds by API, and what to do is noted",
    async (provider) => {
      permissions = [{ ...permissions[0], provider }];
      expect(await run()).toMatchObject({ outcome: "refused" });
      expect(notes).toEqual([[REFUND_REQUEST_ID, null, expect.stringContaining("commerce.record_refund")]]);
      expectNoCall();
    },
  );
  test("when the database returns no row", async () => {
    permissions = [];
    await expect(run()).rejects.toThrow(REFUND_REQUEST_ID);
    expectNoCall();
  });
  test("without an API key: the delivery waits, and the error names the key", async () => {
    settings.STRIPE_API_KEY = "";
    await expect(run()).rejects.toThrow(NotConfigured);
    await expect(run()).rejects.toThrow("STRIPE_API_KEY not set");
    expectNoCall();
    expect(notes).toEqual([]);
  });
});

describe("when the provider", () => {
  test("refuses, its message and what to do are noted", async () => {
    permissions = [{ ...permissions[0], amount_minor: "3451" }];
    const done = await run();
    expect(done).toMatchObject({
      outcome: "refused",
      status: 400,
      error: expect.stringMatching(/greater than unrefunded.*ask for less/),
    });
    expect(notes).toEqual([[REFUND_REQUEST_ID, null, (done as { error: string }).error]]);
    expect(received).toEqual([]);
  });
  test.each([
    ["is down", { kind: "500" }, { outcome: "retry", status: 500 }],
    ["has too many requests", { kind: "429", retryAfter: 30 }, { outcome: "retry", status: 429, retryAfterMs: 30_000 }],
    ["answers in another form", { kind: "wrong shape" }, { outcome: "retry" }],
  ] as const)("%s, the delivery is retried, and nothing is noted", async (_, fault, expected) => {
    stripe.fail({ ...fault, times: 99 });
    expect(await run()).toMatchObject(expected);
    expect(notes).toEqual([]);
  });
  test("hangs, the delivery is retried", async () => {
    stripe.fail({ kind: "hang", times: 99 });
    expect(await run({ time: 300 })).toMatchObject({ outcome: "retry", error: expect.stringContaining("given up") });
    expect(notes).toEqual([]);
  });
  test.each([401, 403])("refuses the key (%d), the delivery waits and uses up no attempt", async (status) => {
    stripe.handle = async () => Response.json({ error: { message: "Invalid API Key provided" } }, { status });
    await expect(run()).rejects.toThrow(NotConfigured);
    await expect(run()).rejects.toThrow("Check STRIPE_API_KEY");
    expect(notes).toEqual([]);
  });
  test("is busy with another attempt of the same refund, the delivery is retried", async () => {
    const { handle } = stripe;
    stripe.handle = async (request, path) =>
      request.method === "POST"
        ? Response.json({ error: { message: "In use.", code: "idempotency_key_in_use" } }, { status: 409 })
        : await handle(request, path);
    expect(await run()).toMatchObject({ outcome: "retry", status: 409 });
    expect(notes).toEqual([]);
  });
});
