/** Whop's API over HTTP: the client, the history, and the stand-in. */
import { Whop } from "@whop/sdk";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { checked, type Fact } from "../../../../functions/_shared/facts/facts.ts";
import { ApiError } from "../../../../functions/_shared/http/api_client.ts";
import { readProviderMessage } from "../../../../functions/_shared/inbound/receive_provider_message.ts";
import type { ProviderMessage } from "../../../../functions/_shared/providers/provider_history.ts";
import { openWhop } from "../../../../functions/_shared/providers/whop/api.ts";
import { whopHistory } from "../../../../functions/_shared/providers/whop/history.ts";
import { whop } from "../../../../functions/_shared/providers/whop/webhook.ts";
import { createWhop, type WhopStandIn } from "../../../../local/providers/whop.ts";
import { whopEvent } from "../../../../simulator/providers/whop.ts";
import { type Mounted, mounted } from "../../mounted.ts";
import { timeout } from "../../signals.ts";

let standIn: WhopStandIn;
let server: Mounted;
let env: Record<string, string | undefined>;
const readEnv = (name: string) => env[name];

beforeEach(async () => {
  standIn = createWhop();
  server = await mounted({ whop: standIn });
  env = { WHOP_BASE_URL: server.url, WHOP_API_KEY: "key", WHOP_COMPANY_ID: "biz_1" };
});

afterEach(async () => {
  vi.restoreAllMocks();
  await server.stop();
});

const SINCE = new Date("2026-11-10T00:00:00Z");
const UNTIL = new Date("2026-11-13T00:00:00Z");

/** Puts the object of an event, by default with fixed times. */
function put(type: string, fields: Record<string, unknown> = {}): void {
  const data = { created_at: "2026-11-11T00:00:00.000Z", updated_at: "2026-11-11T00:00:00.000Z", ...fields };
  standIn.put(
    whopEvent(type, Object.fromEntries(Object.entries(data).map(([path, value]) => [`data.${path}`, value]))),
  );
}

async function listed(signal = timeout()): Promise<ProviderMessage[]> {
  const all: ProviderMessage[] = [];
  for await (const page of whopHistory.listSince(readEnv, SINCE, UNTIL, signal)) all.push(...page);
  return all;
}
const envelope = ({ event }: ProviderMessage) => whop.read(event, new Headers());
const facts = (message: ProviderMessage): Fact[] => checked(whop.translate(message.event, envelope(message)));
const subjects = async () => (await listed()).map((message) => envelope(message).subject).sort();

describe("listSince", () => {
  test("lists a payment with the facts of its webhook", async () => {
    const body = whopEvent("payment.succeeded", {
      "data.created_at": "2026-11-11T00:00:00Z",
      "data.updated_at": "2026-11-11T00:00:00Z",
    });
    standIn.put(body);
    const [message] = await listed();
    const event = whop.parse(body);
    expect(facts(message!)).toEqual(whop.translate(event, whop.read(event, new Headers())));
  });

  test("reads an amount from its digits, not as a float", async () => {
    put("payment.succeeded", { total: 4.35, refunded_amount: 0.29, refunded_at: "2026-11-12T00:00:00Z" });
    const [message] = await listed();
    expect(JSON.parse(message!.text).data).toMatchObject({
      total: { amount: "4.35" },
      refunded_amount: { amount: "0.29" },
    });
    expect(facts(message!)).toMatchObject([
      { type: "payment.captured", amount_minor: 435 },
      { type: "payment.refunded", refunded_minor: 29, occurred_at: "2026-11-12T00:00:00.000Z" },
    ]);
  });

  test("lists each object once, up to the last page", async () => {
    const ids = Array.from({ length: 10 }, (_, n) => `pay_${n}`);
    for (const id of ids) put("payment.succeeded", { id, created_at: `2026-11-11T00:00:0${id.at(-1)}Z` });
    for (let n = 0; n < 7; n++) put("membership.activated", { id: `mem_${n}` });
    expect(await subjects()).toEqual([...Array.from({ length: 7 }, (_, n) => `mem_${n}`), ...ids]);
    expect(standIn.asked.map(({ path }) => path.split("?")[0])).toEqual([
      ...Array(4).fill("/payments"),
      ...Array(3).fill("/memberships"),
    ]);
  });

  test("is asked for in the version that is pinned, whatever comes later", async () => {
    await listed();
    expect(standIn.asked.map(({ headers }) => headers.get("api-version-date"))).toEqual(["2026-09-15", "2026-09-15"]);
  });
  test("is read in that version's shape: money as objects, ids flat, periods under their new names", async () => {
    put("payment.succeeded", { total: 4.35, currency: "usd" });
    put("membership.activated", { renewal_period_end: "2026-12-20T09:40:00.000Z" });
    const messages = await listed();
    expect(messages.map(({ text }) => JSON.parse(text).data)).toMatchObject([
      { total: { amount: "4.35", currency: "usd", decimals: 2 } },
      { current_period_end: "2026-12-20T09:40:00.000Z" },
    ]);
    expect(messages.map((one) => facts(one)[0])).toMatchObject([
      { amount_minor: 435, currency: "USD" },
      { current_period_end: "2026-12-20T09:40:00.000Z" },
    ]);
  });

  test("is asked for with the key, the company and the window", async () => {
    await listed();
    const [payments, memberships] = standIn.asked.map(({ path }) => new URL(path, "http://x"));
    expect(standIn.asked[0]!.headers.get("authorization")).toBe("Bearer key");
    expect(Object.fromEntries(payments!.searchParams)).toEqual({
      account_id: "biz_1",
      created_after: "2025-10-05T23:59:59.000Z",
      created_before: "2026-11-13T00:00:00.000Z",
      order: "created_at",
      direction: "asc",
      first: "100",
    });
    expect(memberships!.searchParams.has("created_after")).toBe(false);
  });

  test.each(["payment.succeeded", "membership.activated"])(
    "lists the object of a %s that was created before and changed since, and none created later",
    async (type) => {
      put(type, { id: "x_long_before", created_at: "2026-01-01T00:00:00Z", updated_at: "2026-11-10T00:00:00Z" });
      put(type, { id: "x_unchanged", created_at: "2026-01-01T00:00:00Z", updated_at: "2026-11-09T23:59:59.999Z" });
      put(type, { id: "x_changed_later", created_at: "2026-11-10T00:00:00Z", updated_at: "2026-11-20T00:00:00Z" });
      put(type, { id: "x_made_later", created_at: "2026-11-13T00:00:00Z", updated_at: "2026-11-13T00:00:00Z" });
      expect(await subjects()).toEqual(["x_changed_later", "x_long_before"]);
    },
  );

  test.each([
    ["paid", "succeeded", "payment.succeeded"],
    ["paid", "refunded", "payment.succeeded"],
    ["pending", "pending", "payment.pending"],
    ["unresolved", "unresolved", "payment.pending"],
    ["open", "failed", "payment.failed"],
    ["open", "past_due", "payment.failed"],
    ["open", "incomplete", "payment.created"],
    ["draft", "drafted", "payment.created"],
    [null, "incomplete", "payment.created"],
    ["void", "canceled", "payment.failed"],
    ["uncollectible", "uncollectible", "payment.failed"],
  ])("lists a payment that is %s (%s) as a %s", async (status, substatus, type) => {
    put("payment.succeeded", { status, substatus });
    const [message] = await listed();
    expect(envelope(message!).type).toBe(type);
    expect(facts(message!)[0]!.type).toBe(type === "payment.succeeded" ? "payment.captured" : type);
  });
  test("lists a payment with an unknown status, which has no facts", async () => {
    put("payment.succeeded", { status: "enchanted" });
    expect((await listed()).flatMap(facts)).toEqual([]);
  });
  test("lists a membership with its current status", async () => {
    put("membership.deactivated", { id: "mem_1" });
    const [message] = await listed();
    expect(envelope(message!)).toMatchObject({
      type: "membership.updated",
      subject: "mem_1",
      occurredAt: "2026-11-11T00:00:00.000Z",
    });
    expect(facts(message!)).toMatchObject([{ status: "cancelled", cancel_at_period_end: true }]);
  });

  test("gives each state of a payment its own id", async () => {
    put("payment.pending", { id: "pay_1" });
    const first = (await listed()).map((message) => envelope(message).id);
    expect(first).toEqual(["confirmed:pay_1:pending:2026-11-11T00:00:00.000Z"]);
    expect((await listed()).map((message) => envelope(message).id)).toEqual(first);
    put("payment.succeeded", { id: "pay_1", updated_at: "2026-11-12T00:00:00Z" });
    expect((await listed()).map((message) => envelope(message).id)).toEqual([
      "confirmed:pay_1:paid:2026-11-12T00:00:00.000Z",
    ]);
  });

  test("lists the objects of old webhooks", async () => {
    for (const type of ["legacy.payment.succeeded", "legacy.payment.failed", "legacy.membership.went_valid"]) {
      standIn.put(whopEvent(type, { "data.created_at": 1_794_500_000 }));
    }
    expect((await listed()).flatMap(facts).map(({ type }) => type)).toEqual([
      "payment.captured",
      "payment.failed",
      "membership.updated",
    ]);
  });
  test("lists the refunded amount when a refund has succeeded", async () => {
    const refund = (status: string, id: string, amount: number) =>
      standIn.put(
        whopEvent("refund.updated", {
          "data.id": id,
          "data.status": status,
          "data.amount": amount,
          "data.payment.id": "pay_1",
        }),
      );
    put("payment.succeeded", { id: "pay_1" });
    refund("pending", "rf_1", 0.1);
    expect((await listed()).flatMap(facts)).toHaveLength(1);
    refund("succeeded", "rf_1", 0.1);
    refund("succeeded", "rf_2", 0.2);
    expect((await listed()).flatMap(facts)[1]).toMatchObject({
      type: "payment.refunded",
      payment_ref: "pay_1",
      refunded_minor: 30,
    });
  });
});

describe("getStatus", () => {
  const statusOf = (ref: string, kind: "payment" | "approval" = "payment") =>
    whopHistory.getStatus!(readEnv, { kind, ref }, timeout());

  test("returns the same message as the list", async () => {
    put("payment.pending", { id: "pay_1" });
    expect(await statusOf("pay_1")).toEqual((await listed())[0]);
  });
  test("returns null for a payment that Whop does not have", async () => expect(await statusOf("pay_none")).toBeNull());
  test("returns null for an approval, without a request", async () => {
    expect(await statusOf("pay_1", "approval")).toBeNull();
    expect(standIn.asked).toHaveLength(0);
  });
  test.each([
    ["membership", "membership.activated", { status: "past_due" }, { type: "membership.updated", status: "past_due" }],
    ["dispute", "dispute.created", { status: "under_review" }, { type: "dispute.updated", status: "under_review" }],
  ] as const)("returns a %s as of now, whenever it last changed", async (kind, type, fields, fact) => {
    put(type, { id: "thing_1", ...fields });
    const before = new Date().toISOString();
    const message = (await whopHistory.getStatus!(readEnv, { kind, ref: "thing_1" }, timeout()))!;
    const event = await readProviderMessage("whop", message);
    expect(event).toMatchObject({ error: null, trust: "confirmed", occurred_at: message.asOf });
    expect(event.facts).toMatchObject([{ ...fact, provider_ref: "thing_1", occurred_at: message.asOf }]);
    expect(message.asOf! >= before).toBe(true);
  });
  test.each(["membership", "dispute"] as const)("returns null for a %s that Whop does not have", async (kind) => {
    expect(await whopHistory.getStatus!(readEnv, { kind, ref: "none" }, timeout())).toBeNull();
  });
  test.each(["customer", "product"] as const)("returns null for a %s, without a request", async (kind) => {
    expect(await whopHistory.getStatus!(readEnv, { kind, ref: "thing_1" }, timeout())).toBeNull();
    expect(standIn.asked).toHaveLength(0);
  });
  test("encodes the id in the path", async () => {
    expect(await statusOf("../memberships?x=1")).toBeNull();
    expect(standIn.asked[0]!.path).toBe("/payments/..%2Fmemberships%3Fx%3D1");
  });
});

describe("on an error, a call", () => {
  const failure = async (signal?: AbortSignal) => {
    const error = await listed(signal).then(
      () => null,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(ApiError);
    return error as ApiError;
  };

  test.each(["429", "500", "not json"] as const)("is retried after a brief %s", async (kind) => {
    put("payment.succeeded", { id: "pay_1" });
    standIn.fail({ kind, times: 1 });
    expect(await subjects()).toEqual(["pay_1"]);
  });
  test("returns the earlier pages when a later one fails", async () => {
    for (let n = 0; n < 4; n++) put("payment.succeeded", { id: `pay_${n}` });
    const pages: ProviderMessage[][] = [];
    const reading = async () => {
      for await (const page of whopHistory.listSince(readEnv, SINCE, UNTIL, timeout())) {
        pages.push(page);
        standIn.fail({ kind: "429", times: 9, retryAfter: 60 });
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: "rate_limited", details: { retryAfterMs: 60_000 } });
    expect(pages.map((page) => page.length)).toEqual([3]);
  });
  test("throws unavailable after a lasting 500", async () => {
    standIn.fail({ kind: "500", times: 9 });
    expect(await failure()).toMatchObject({ code: "unavailable" });
  });
  test("throws no_answer at its timeout", async () => {
    standIn.fail({ kind: "hang", times: 9 });
    expect(await failure(timeout(100))).toMatchObject({ code: "no_answer" });
  });
  test("throws no_answer when the connection is refused", async () => {
    env.WHOP_BASE_URL = "http://127.0.0.1:1";
    expect(await failure(timeout(100))).toMatchObject({ code: "no_answer" });
  });
  test("throws unauthorized without the key, with Whop's message", async () => {
    env.WHOP_API_KEY = "";
    const { code, message } = await failure();
    expect([code, message]).toEqual([
      "unauthorized",
      "whop: GET /providers/whop/payments answered 401: The API key is missing or wrong.",
    ]);
  });
  test("throws refused without the company", async () => {
    env.WHOP_COMPANY_ID = "";
    expect(await failure()).toMatchObject({ code: "refused" });
    expect(whopHistory.requiredEnv).toEqual(["WHOP_API_KEY", "WHOP_COMPANY_ID"]);
  });

  test("names what is wrong with a response of another shape", async () => {
    standIn.fail({ kind: "wrong shape" });
    const { code, message } = await failure();
    expect(code).toBe("unexpected_answer");
    expect(message).toBe(
      "whop: GET /payments answered in another shape than documented: page_info: expected an object, found nothing",
    );
  });
  const page_info = { has_next_page: true, end_cursor: "again" };
  test.each([
    ["data is not a list", { data: {}, page_info }, "data: expected a list, found an object"],
    [
      "a payment has no id",
      { data: [{ id: "pay_1" }, {}], page_info },
      "data.1.id: expected an id of 1 to 255 printable characters, found nothing",
    ],
    [
      "a time is invalid",
      { data: [{ id: "pay_1", updated_at: "noon" }], page_info },
      'data.0.updated_at: expected a time in ISO 8601, found "noon"',
    ],
    [
      "the next page has no cursor",
      { data: [], page_info: { has_next_page: true } },
      "page_info.end_cursor: expected text, found nothing",
    ],
    [
      "the pages never end",
      { data: [], page_info },
      'page_info.end_cursor: expected another page\'s cursor, found "again"',
    ],
  ])("throws an error with the path when %s", async (_, answer, message) => {
    vi.spyOn(standIn, "handle").mockImplementation(async () => Response.json(answer));
    expect((await failure()).message).toBe(`whop: GET /payments answered in another shape than documented: ${message}`);
  });
  test("throws unexpected_answer when one payment has another shape", async () => {
    standIn.fail({ kind: "wrong shape" });
    await expect(openWhop(readEnv).one("payments", "pay_1")).rejects.toMatchObject({ code: "unexpected_answer" });
  });
});

test("uses the live API when WHOP_BASE_URL is empty, and ignores a slash at its end", async () => {
  const fetched: string[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url) => {
    fetched.push(String(url));
    return Response.json({ id: "pay_1" });
  });
  for (const base of ["", "https://sandbox-api.whop.com/api/v1/"]) {
    env.WHOP_BASE_URL = base;
    await openWhop(readEnv).one("payments", "pay_1");
  }
  expect(fetched).toEqual([
    "https://api.whop.com/api/v1/payments/pay_1",
    "https://sandbox-api.whop.com/api/v1/payments/pay_1",
  ]);
});

describe("the stand-in", () => {
  test("works with the official library, over several pages", async () => {
    for (let n = 0; n < 4; n++) put("payment.succeeded", { id: `pay_${n}` });
    put("membership.activated", { id: "mem_1" });
    const client = new Whop({ apiKey: "key", baseURL: env.WHOP_BASE_URL!, maxRetries: 0 });
    const ids: string[] = [];
    for await (const { id } of client.payments.list({
      company_id: "biz_1",
      updated_after: SINCE.toISOString(),
      direction: "asc",
    }))
      ids.push(id);
    expect(ids).toEqual(["pay_0", "pay_1", "pay_2", "pay_3"]);
    for await (const { status } of client.memberships.list({ company_id: "biz_1" })) expect(status).toBe("active");
    expect(await client.payments.retrieve("pay_1")).toMatchObject({ id: "pay_1", total: 49.99 });
    await expect(client.payments.retrieve("pay_9")).rejects.toMatchObject({ status: 404 });
  });
  test("accepts any event, and lists only payments and memberships", async () => {
    for (const type of ["chat.message.created", "dispute.created", "refund.created"]) standIn.put(whopEvent(type));
    expect(await listed()).toEqual([]);
  });
});
