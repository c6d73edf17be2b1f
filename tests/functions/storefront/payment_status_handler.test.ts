/** How functions/payment-status asks a provider, and the words that it has for a buyer. How a checkout stands is the database's to say. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "../../../functions/_shared/http/api_client.ts";
import { DatabaseAway } from "../../../functions/_shared/platform/database.ts";
import { messageOf, type ProviderHistory } from "../../../functions/_shared/providers/provider_history.ts";
import { paymentStatusHandler } from "../../../functions/_shared/storefront/payment_status_handler.ts";
import { pollAgainMs, type Status, statusText } from "../../../functions/_shared/storefront/status_text.ts";

const ID = "6f0d2c5e-93a1-4a57-8d2b-1c3f6a2b9e10";
const TOKEN = "a".repeat(64);
const PROCESSING = { checkout_session_id: ID, state: "processing", waited_ms: 4000, order: null };
const PAID = { ...PROCESSING, state: "paid", order: { number: 1001, status: "confirmed" } };

/** A payment as Stripe's API has it: read by the real reader of Stripe's webhooks. */
const TOLD = messageOf({
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

/** functions/payment-status with a database and a history of the test's own. */
function desk({
  standing,
  statuses = [PROCESSING, PAID],
  env = {},
  timeoutMs = 240_000,
}: {
  standing?: ProviderHistory["getStatus"];
  statuses?: (object | null | Error)[];
  env?: Record<string, string>;
  timeoutMs?: number;
} = {}) {
  const did: string[] = [];
  const deferred: Promise<unknown>[] = [];
  const ending = new AbortController();
  const query = async (statement: string) => {
    const what = /commerce\.claim_status_checks|payment_status|inbox\.(?:missing|receive)|needs_courier/.exec(
      statement,
    )![0];
    did.push(what);
    if (what === "commerce.claim_status_checks") return [{ provider: "stripe", kind: "payment", ref: "pi_1" }];
    if (what === "inbox.missing") return [{ position: 0 }];
    if (what === "inbox.receive") return [{ id: "1", status: "applied", duplicate: false }];
    if (what === "needs_courier") return [{ needed: false }];
    const status = statuses[did.filter((one) => one === what).length - 1] ?? statuses.at(-1);
    if (status instanceof Error) throw status;
    return [{ status: status ?? null }];
  };
  const handle = paymentStatusHandler({
    providers: {
      stripe: {
        history: async () => ({
          requiredEnv: ["KEY"],
          listKind: "events",
          async *listSince() {},
          getStatus: standing ?? (async () => TOLD),
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
    did,
    deferred,
    end: () => ending.abort(),
    ask: async (query = `checkout_session_id=${ID}&token=${TOKEN}`) => {
      const response = await handle(new Request(`http://localhost/payment-status?${query}`));
      return { status: response.status, body: await response.json() };
    },
  };
}

describe("while a buyer waits", () => {
  test("the provider's word is received like a webhook, and the answer is how it stands after that", async () => {
    const { did, deferred, end, ask } = desk();
    expect(await ask()).toMatchObject({ status: 200, body: { state: "paid", ask_again_in_ms: null } });
    expect(did).toEqual([
      "payment_status",
      "commerce.claim_status_checks",
      "inbox.missing",
      "inbox.receive",
      "payment_status",
    ]);
    expect(deferred).toHaveLength(1); // the tail, which lets the courier take what was approved
    end();
  });

  test.each<[string, ProviderHistory["getStatus"]]>([
    ["is away", () => Promise.reject(new ApiError("unavailable", "down"))],
    ["knows nothing of it", async () => null],
    ["hangs, and nobody heeds the time", () => new Promise(() => {})],
    ["says what cannot be read", async () => messageOf("<html>")],
  ])("a provider that %s spoils nothing", async (_, standing) => {
    const { ask } = desk({ standing, statuses: [PROCESSING, PROCESSING], timeoutMs: 100 });
    expect(await ask()).toMatchObject({ status: 200, body: { state: "processing", ask_again_in_ms: 2500 } });
  });

  test("a provider that is not set up is not asked", async () => {
    const standing = vi.fn(async () => null);
    await desk({ standing, env: { KEY: "" } }).ask();
    expect(standing).not.toHaveBeenCalled();
  });
});

test("of what is over nobody is asked", async () => {
  const { did, ask } = desk({ statuses: [PAID] });
  await ask();
  expect(did).toEqual(["payment_status"]);
});

test("what is not theirs is unknown", async () => {
  expect(await desk({ statuses: [null] }).ask()).toMatchObject({ status: 404, body: { error: "checkout_unknown" } });
});

test("without a database it is to be asked again", async () => {
  expect(await desk({ statuses: [new DatabaseAway("gone")] }).ask()).toMatchObject({
    status: 503,
    body: { error: "try_again" },
  });
});

describe("a buyer is shown", () => {
  const standing = (
    state: Status["state"],
    waited_ms = 0,
    order: Status["order"] = { number: 1001, status: "confirmed" },
  ): Status => ({
    state,
    waited_ms,
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
  ])("%s in plain words", (state, title, text) => {
    expect(statusText(standing(state))).toEqual({ title, text: expect.stringMatching(text) });
  });

  test("that he may leave when it takes long", () => {
    expect(statusText(standing("processing", 30_000)).text).toContain("You may close this page");
  });

  test("that his order needs a closer look", () => {
    expect(statusText(standing("paid", 0, { number: 1001, status: "needs_attention" })).text).toContain("closer look");
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
  ])("%s after %d ms again in %s ms", (state, waited, again) => {
    expect(pollAgainMs(standing(state, waited))).toBe(again);
  });
});
