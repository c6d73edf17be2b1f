/** How functions/payment-status asks a provider, and the text that it shows. SQL decides the status of a checkout. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "../../../functions/_shared/http/api_client.ts";
import { DatabaseAway } from "../../../functions/_shared/platform/database.ts";
import { messageOf, type ProviderHistory } from "../../../functions/_shared/providers/provider_history.ts";
import { paymentStatusHandler } from "../../../functions/_shared/storefront/payment_status_handler.ts";
import { pollAgainMs, type Status, statusText } from "../../../functions/_shared/storefront/status_text.ts";

const ID = "6f0d2c5e-93a1-4a57-8d2b-1c3f6a2b9e10";
const TOKEN = "a".repeat(64);
const PROCESSING = { checkout_session_id: ID, state: "processing", waited_ms: 4000, late: false, order: null };
const PAID = { ...PROCESSING, state: "paid", order: { number: 1001, status: "confirmed" } };

/** A payment in Stripe's API: read by the real code for Stripe's webhooks. */
const MESSAGE = messageOf({
  id: "confirmed:pi_1:succeeded",
  object: "event",
  type: "payment_intent.succeeded",
  created: 1_763_719_200,
  data: {
    object: {
      id: "pi_1",
      object: "payment_intent",
      amount: 4900,
      amount_received: 4900,
      currency: "eur",
      metadata: {},
      status: "succeeded",
    },
  },
});

beforeEach(() => {
  for (const level of ["warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

/** functions/payment-status with a fake database and provider history. `calls`: what was called on the database, in order. */
function endpoint({
  getStatus,
  statuses = [PROCESSING, PAID],
  env = {},
  timeoutMs = 240_000,
}: {
  getStatus?: ProviderHistory["getStatus"];
  statuses?: (object | null | Error)[];
  env?: Record<string, string>;
  timeoutMs?: number;
} = {}) {
  const calls: string[] = [];
  const deferred: Promise<unknown>[] = [];
  const ending = new AbortController();
  const query = async (statement: string) => {
    const name = /commerce\.claim_status_checks|payment_status|inbox\.(?:missing|receive)|needs_courier/.exec(
      statement,
    )![0];
    calls.push(name);
    if (name === "commerce.claim_status_checks") return [{ provider: "stripe", kind: "payment", ref: "pi_1" }];
    if (name === "inbox.missing") return [{ position: 0 }];
    if (name === "inbox.receive") return [{ id: "1", status: "applied", duplicate: false }];
    if (name === "needs_courier") return [{ needed: false }];
    const status = statuses[calls.filter((call) => call === name).length - 1] ?? statuses.at(-1);
    if (status instanceof Error) throw status;
    return [{ value: status ?? null }];
  };
  const handle = paymentStatusHandler({
    providers: {
      stripe: {
        history: async () => ({
          requiredEnv: ["KEY"],
          listKind: "events",
          async *listSince() {},
          getStatus: getStatus ?? (async () => MESSAGE),
        }),
      },
    },
    timeoutMs,
    runtime: {
      env: (name) => ({ KEY: "x", ...env })[name],
      now: () => 0,
      defer: (work) => deferred.push(work),
      ending: ending.signal,
      // biome-ignore lint/suspicious/noExplicitAny: rows of several kinds.
      database: { query: query as any, async close() {} },
    },
  });
  return {
    calls,
    deferred,
    end: () => ending.abort(),
    ask: async (query = `checkout_session_id=${ID}&token=${TOKEN}`) => {
      const response = await handle(new Request(`http://localhost/payment-status?${query}`));
      return { status: response.status, body: await response.json() };
    },
  };
}

describe("while a buyer waits", () => {
  test("the provider's answer is received like a webhook, and the response is the status after that", async () => {
    const { calls, deferred, end, ask } = endpoint();
    expect(await ask()).toMatchObject({ status: 200, body: { state: "paid", ask_again_in_ms: null } });
    expect(calls).toEqual([
      "payment_status",
      "commerce.claim_status_checks",
      "inbox.missing",
      "inbox.receive",
      "payment_status",
    ]);
    expect(deferred).toHaveLength(1); // the check for deliveries, such as the capture of an approved payment
    end();
  });

  test.each<[string, ProviderHistory["getStatus"]]>([
    ["cannot be reached", () => Promise.reject(new ApiError("unavailable", "down"))],
    ["does not know the payment", async () => null],
    ["hangs, and ignores its signal", () => new Promise(() => {})],
    ["answers with something that cannot be read", async () => messageOf("<html>")],
  ])("a provider that %s changes nothing", async (_, getStatus) => {
    const { ask } = endpoint({ getStatus, statuses: [PROCESSING, PROCESSING], timeoutMs: 100 });
    expect(await ask()).toMatchObject({ status: 200, body: { state: "processing", ask_again_in_ms: 2500 } });
  });

  test("a provider that is not set up is not asked", async () => {
    const getStatus = vi.fn(async () => null);
    await endpoint({ getStatus, env: { KEY: "" } }).ask();
    expect(getStatus).not.toHaveBeenCalled();
  });
});

test("no provider is asked about a checkout that is settled", async () => {
  const { calls, ask } = endpoint({ statuses: [PAID] });
  await ask();
  expect(calls).toEqual(["payment_status"]);
});

test("a checkout of somebody else is unknown", async () => {
  expect(await endpoint({ statuses: [null] }).ask()).toMatchObject({
    status: 404,
    body: { error: "checkout_unknown" },
  });
});

test("without a database the answer is to try again", async () => {
  expect(await endpoint({ statuses: [new DatabaseAway("gone")] }).ask()).toMatchObject({
    status: 503,
    body: { error: "try_again" },
  });
});

describe("a buyer is shown", () => {
  const status = (
    state: Status["state"],
    waited_ms = 0,
    order: Status["order"] = { number: 1001, status: "confirmed" },
  ): Status => ({
    state,
    waited_ms,
    late: waited_ms >= 30_000,
    order,
  });

  test.each<[Status["state"], string, RegExp]>([
    ["processing", "Processing payment…", /keep this page open/],
    ["paid", "Payment received", /order number is 1001/],
    ["in_review", "Payment received", /do not pay again/],
    ["failed", "Payment failed", /try again/],
    ["cancelled", "Payment cancelled", /not charged/],
    ["expired", "Checkout expired", /order again/],
    ["unpaid", "Not paid yet", /may still pay/],
    ["refunded", "Payment refunded", /1001/],
  ])("a text for %s", (state, title, text) => {
    expect(statusText(status(state))).toEqual({ title, text: expect.stringMatching(text) });
  });

  test("that the page may be closed when it takes long", () => {
    expect(statusText(status("processing", 30_000)).text).toContain("You may close this page");
  });

  test("that the order needs a closer look", () => {
    expect(statusText(status("paid", 0, { number: 1001, status: "needs_attention" })).text).toContain("closer look");
  });

  test.each<[Status["state"], number, number | null]>([
    ["processing", 0, 2500],
    ["processing", 29_999, 2500],
    ["processing", 30_000, 5000],
    ["processing", 120_000, 15_000],
    ["unpaid", 40_000, 15_000],
    ["in_review", 0, 15_000],
    ["paid", 0, null],
    ["failed", 0, null],
    ["cancelled", 0, null],
    ["expired", 0, null],
    ["refunded", 0, null],
  ])("%s after %d ms is asked again in %s ms", (state, waited, again) => {
    expect(pollAgainMs(status(state, waited))).toBe(again);
  });
});
