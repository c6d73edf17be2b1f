/** The job that cancels started payments: against the stand-ins over real HTTP, with a fake database. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NotConfigured } from "../../../../functions/_shared/outbound/adapter.ts";
import { cancelPayment } from "../../../../functions/_shared/outbound/jobs/cancel_payment.ts";
import type { Database } from "../../../../functions/_shared/platform/database.ts";
import type { CreatedPayment } from "../../../../functions/_shared/providers/payment_gateway.ts";
import { PROVIDERS } from "../../../../functions/_shared/providers/registry.ts";
import { createFapshi, type FapshiStandIn } from "../../../../local/providers/fapshi.ts";
import { createStripe, type StripeStandIn } from "../../../../local/providers/stripe.ts";
import { type Mounted, mounted } from "../../mounted.ts";
import { CHECKOUT, REDIRECT_URLS, timeout } from "../../providers/gateways.ts";

const STARTED = "0198f0aa-0000-7000-8000-00000000000b";

let stripe: StripeStandIn;
let fapshi: FapshiStandIn;
let servers: Mounted[];
let settings: Record<string, string>;
const env = (name: string) => settings[name];

/** The rows of commerce.may_close, and what commerce.note_closed was called with. */
let permissions: { why_not: string | null }[];
let noted: unknown[][];
const database: Database = {
  // biome-ignore lint/suspicious/noExplicitAny: rows of two kinds.
  async query(statement, values): Promise<any[]> {
    if (statement === "select commerce.may_close($1::uuid) as why_not") return permissions;
    expect(statement).toBe("select commerce.note_closed($1::uuid)");
    noted.push(values);
    return [];
  },
  async close() {},
};

beforeEach(async () => {
  stripe = createStripe();
  fapshi = createFapshi();
  servers = [await mounted({ stripe }), await mounted({ fapshi })];
  settings = {
    ...{ STRIPE_BASE_URL: servers[0]!.url, STRIPE_API_KEY: "sk_test_x" },
    ...{ FAPSHI_BASE_URL: servers[1]!.url, FAPSHI_API_USER: "user", FAPSHI_API_KEY: "key" },
  };
  permissions = [{ why_not: null }];
  noted = [];
});
afterEach(() => Promise.all(servers.map((server) => server.stop())));

async function start(provider: "stripe" | "fapshi", method: string): Promise<CreatedPayment> {
  const gateway = await PROVIDERS[provider]!.gateway!();
  return await gateway.createPayment(
    env,
    { ...CHECKOUT, total_minor: 3450, currency: gateway.currency ?? "EUR" },
    REDIRECT_URLS,
    method,
    timeout(),
  );
}

function run(provider: string, { kind, ref }: { kind: string; ref: string }, time = 240_000) {
  const data = { id: STARTED, checkout_session_id: CHECKOUT.id, provider, kind, provider_ref: ref };
  const runtime = { env, now: Date.now, defer() {}, database, ending: new AbortController().signal };
  return cancelPayment.run({ message_id: "m", data }, runtime, timeout(time));
}

test.each([
  ["stripe", "checkout_session"],
  ["stripe", "payment_intent"],
  ["fapshi", "link"],
] as const)("a payment started at %s (%s) is cancelled, and that is noted", async (provider, method) => {
  const started = await start(provider, method);
  expect(await run(provider, started)).toEqual({ outcome: "delivered", body: started.ref });
  expect(noted).toEqual([[STARTED]]);
  expect(() => (provider === "stripe" ? stripe : fapshi).pay(started.ref, "captured")).toThrow("nobody can pay");
});

test("a payment that its buyer has made meanwhile is not cancelled", async () => {
  const started = await start("stripe", "checkout_session");
  permissions = [{ why_not: "Its buyer has paid here, or is paying." }];
  expect(await run("stripe", started)).toEqual({
    outcome: "cancelled",
    error: "Its buyer has paid here, or is paying.",
  });
  expect(noted).toEqual([]);
  expect(stripe.pay(started.ref, "captured")).toHaveLength(2);
});

test.each(["paypal", "whop", "nobody"])("at %s there is nothing to cancel, and that is noted", async (provider) => {
  expect(await run(provider, { kind: "order", ref: "ORDER1" })).toMatchObject({ outcome: "delivered" });
  expect(noted).toEqual([[STARTED]]);
});

test("the provider is not called when the database returns no row", async () => {
  permissions = [];
  await expect(run("stripe", { kind: "payment_intent", ref: "pi_1" })).rejects.toThrow(STARTED);
  expect(stripe.asked).toEqual([]);
});

describe("the payment stays open, and nothing is noted,", () => {
  const payment = { kind: "payment_intent", ref: "pi_1" };
  afterEach(() => expect(noted).toEqual([]));

  test("without an API key: the delivery waits, and the error names the key", async () => {
    settings.STRIPE_API_KEY = "";
    await expect(run("stripe", payment)).rejects.toThrow(NotConfigured);
    await expect(run("stripe", payment)).rejects.toThrow("STRIPE_API_KEY not set");
    expect(stripe.asked).toEqual([]);
  });
  test.each([
    ["is down", { kind: "500" }, { outcome: "retry", status: 500 }],
    ["has too many requests", { kind: "429", retryAfter: 30 }, { outcome: "retry", status: 429, retryAfterMs: 30_000 }],
    ["answers in another form", { kind: "wrong shape" }, { outcome: "retry" }],
  ] as const)("while the provider %s: the delivery is retried", async (_, fault, expected) => {
    stripe.fail({ ...fault, times: 99 });
    expect(await run("stripe", payment)).toMatchObject(expected);
  });
  test("while the provider hangs: the delivery is retried", async () => {
    stripe.fail({ kind: "hang", times: 99 });
    expect(await run("stripe", payment, 300)).toMatchObject({ outcome: "retry" });
  });
  test("when the provider refuses: an admin should look", async () => {
    const started = await start("fapshi", "link");
    const { handle } = fapshi;
    fapshi.handle = async (request, path) =>
      path === "/expire-pay" ? Response.json({ message: "not now" }, { status: 400 }) : await handle(request, path);
    expect(await run("fapshi", started)).toMatchObject({
      outcome: "refused",
      status: 400,
      error: expect.stringContaining("not now"),
    });
  });
  test("when the provider refuses the credentials: the delivery waits", async () => {
    fapshi.handle = async () => Response.json({ message: "invalid api credentials" }, { status: 403 });
    await expect(run("fapshi", { kind: "transaction", ref: "ll7J2fl4" })).rejects.toThrow(NotConfigured);
  });
});
