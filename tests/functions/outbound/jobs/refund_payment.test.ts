/** The Worker that asks for refunds: against the stand-ins over real HTTP, with a database that only listens. */
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
import { BACK, CHECKOUT, patience, posts, REQUEST } from "../../providers/gateways.ts";

let stripe: StripeStandIn;
let paypal: PaypalStandIn;
let servers: Mounted[];
let settings: Record<string, string>;
const env = (name: string) => settings[name];

/** What commerce.may_refund says, and what was noted and received. */
let may: Record<string, unknown>[];
let notes: unknown[][];
let received: ReceivedEvent[];
let databaseAway: "never" | "to receive" | "to note";
const database: Database = {
  // biome-ignore lint/suspicious/noExplicitAny: rows of several kinds.
  async query(statement, values): Promise<any[]> {
    if (statement === "select * from commerce.may_refund($1::uuid)") return values[0] === REQUEST ? may : [];
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
  may = [
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
  const { ref } = await stripeGateway.createPayment(env, CHECKOUT, BACK, "payment_intent", patience());
  stripe.pay(ref, "captured");
  return ref;
}

function work({ reason = null, time = 240_000 }: { reason?: string | null; time?: number } = {}) {
  const runtime = { env, now: Date.now, defer() {}, database, ending: new AbortController().signal };
  return refundPayment.run({ message_id: "m", data: { id: REQUEST, reason } }, runtime, patience(time));
}

const refunds = () => posts(stripe.asked, "/v1/refunds");

describe("a refund that may be made", () => {
  test("is made, received as confirmed, and noted", async () => {
    const done = await work();
    expect(done).toEqual({ outcome: "delivered", body: expect.stringMatching(/^re_/) });
    const ref = (done as { body: string }).body;
    expect(notes).toEqual([[REQUEST, ref, null]]);
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
            payment_ref: may[0]!.payment_ref,
            amount_minor: 1000,
            status: "succeeded",
          },
        ],
      },
    ]);
  });
  test("is made for the reason that the admin gave", async () => {
    await work({ reason: "duplicate" });
    expect(new URLSearchParams(refunds()[0]!.body).get("reason")).toBe("duplicate");
  });
  test("is made at PayPal, where it was paid there", async () => {
    const body = paypalEvent("PAYMENT.CAPTURE.COMPLETED", {}, "sale");
    paypal.put(body);
    may = [{ ...may[0], provider: "paypal", payment_ref: JSON.parse(body).resource.id }];
    expect(await work()).toMatchObject({ outcome: "delivered" });
    expect(received).toMatchObject([
      { provider: "paypal", trust: "confirmed", facts: [{ amount_minor: 1000 }, { refunded_minor: 1000 }] },
    ]);
    expect(refunds()).toEqual([]);
  });
  test.each(["to receive", "to note"] as const)("is made once, though the database went away %s", async (when) => {
    databaseAway = when;
    await expect(work()).rejects.toThrow(DatabaseAway);
    databaseAway = "never";
    const done = await work();
    expect(done).toMatchObject({ outcome: "delivered" });
    expect(notes).toEqual([[REQUEST, (done as { body: string }).body, null]]);
    expect(refunds()).toHaveLength(1);
    expect(new Set(received.map((event) => event.provider_event_id)).size).toBe(1);
  });
});

describe("the provider is not asked", () => {
  const nothing = () => expect([refunds(), received]).toEqual([[], []]);

  test("when there is nothing to do any more", async () => {
    may = [{ outcome: "cancelled", reason: "It is sent already." }];
    expect(await work()).toEqual({ outcome: "cancelled", error: "It is sent already." });
    expect(notes).toEqual([]);
    nothing();
  });
  test("when it is refused here, and that is noted", async () => {
    may = [{ outcome: "refused", reason: "It went back another way." }];
    expect(await work()).toEqual({ outcome: "refused", error: "It went back another way." });
    expect(notes).toEqual([[REQUEST, null, "It went back another way."]]);
    nothing();
  });
  test.each(["fapshi", "whop", "nobody"])(
    "when it is %s, which refunds nothing, and what to do is noted",
    async (provider) => {
      may = [{ ...may[0], provider }];
      expect(await work()).toMatchObject({ outcome: "refused" });
      expect(notes).toEqual([[REQUEST, null, expect.stringContaining("commerce.record_refund")]]);
      nothing();
    },
  );
  test("when the database says nothing of it", async () => {
    may = [];
    await expect(work()).rejects.toThrow(REQUEST);
    nothing();
  });
  test("without a key: it waits, and says what is missing", async () => {
    settings.STRIPE_API_KEY = "";
    await expect(work()).rejects.toThrow(NotConfigured);
    await expect(work()).rejects.toThrow("STRIPE_API_KEY not set");
    nothing();
    expect(notes).toEqual([]);
  });
});

describe("when the provider", () => {
  test("will not, that is noted, in its words and with what can be done", async () => {
    may = [{ ...may[0], amount_minor: "3451" }];
    const done = await work();
    expect(done).toMatchObject({
      outcome: "refused",
      status: 400,
      error: expect.stringMatching(/greater than unrefunded.*ask for less/),
    });
    expect(notes).toEqual([[REQUEST, null, (done as { error: string }).error]]);
    expect(received).toEqual([]);
  });
  test.each([
    ["is down", { kind: "500" }, { outcome: "retry", status: 500 }],
    ["has too much to do", { kind: "429", retryAfter: 30 }, { outcome: "retry", status: 429, retryAfterMs: 30_000 }],
    ["answers in another shape", { kind: "wrong shape" }, { outcome: "retry" }],
  ] as const)("%s, it is asked later, and nothing is noted", async (_, fault, expected) => {
    stripe.fail({ ...fault, times: 99 });
    expect(await work()).toMatchObject(expected);
    expect(notes).toEqual([]);
  });
  test("hangs, it is asked later", async () => {
    stripe.fail({ kind: "hang", times: 99 });
    expect(await work({ time: 300 })).toMatchObject({ outcome: "retry", error: expect.stringContaining("given up") });
    expect(notes).toEqual([]);
  });
  test.each([401, 403])("does not take the key (%d), it waits and uses up no try", async (status) => {
    stripe.handle = async () => Response.json({ error: { message: "Invalid API Key provided" } }, { status });
    await expect(work()).rejects.toThrow(NotConfigured);
    await expect(work()).rejects.toThrow("Check STRIPE_API_KEY");
    expect(notes).toEqual([]);
  });
  test("is busy with another try of the same, it is asked later", async () => {
    const { handle } = stripe;
    stripe.handle = async (request, path) =>
      request.method === "POST"
        ? Response.json({ error: { message: "In use.", code: "idempotency_key_in_use" } }, { status: 409 })
        : await handle(request, path);
    expect(await work()).toMatchObject({ outcome: "retry", status: 409 });
    expect(notes).toEqual([]);
  });
});
