/** Whop's API client, what the reconciler makes of it, and the stand-in, together over real HTTP. */
import { Whop } from "@whop/sdk";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { checked, type Fact } from "../../../../functions/_shared/facts/facts.ts";
import { ApiError } from "../../../../functions/_shared/http/api_client.ts";
import type { ProviderMessage } from "../../../../functions/_shared/providers/provider_history.ts";
import { openWhop } from "../../../../functions/_shared/providers/whop/api.ts";
import { whopHistory } from "../../../../functions/_shared/providers/whop/history.ts";
import { whop } from "../../../../functions/_shared/providers/whop/webhook.ts";
import type { StandIn } from "../../../../local/providers/stand_in.ts";
import { createWhop } from "../../../../local/providers/whop.ts";
import { whopEvent } from "../../../../simulator/providers/whop.ts";
import { type Mounted, mounted } from "../../mounted.ts";
import { patience } from "../../signals.ts";

let standIn: StandIn;
let server: Mounted;
let env: Record<string, string | undefined>;
const read = (name: string) => env[name];

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

/** Puts what an event is about, with these times. */
function put(type: string, fields: Record<string, unknown> = {}): void {
  const data = { created_at: "2026-11-11T00:00:00.000Z", updated_at: "2026-11-11T00:00:00.000Z", ...fields };
  standIn.put(
    whopEvent(type, Object.fromEntries(Object.entries(data).map(([path, value]) => [`data.${path}`, value]))),
  );
}

async function happened(signal = patience()): Promise<ProviderMessage[]> {
  const all: ProviderMessage[] = [];
  for await (const page of whopHistory.listSince(read, SINCE, UNTIL, signal)) all.push(...page);
  return all;
}
const envelope = ({ event }: ProviderMessage) => whop.read(event, new Headers());
const facts = (message: ProviderMessage): Fact[] => checked(whop.translate(message.event, envelope(message)));
const subjects = async () => (await happened()).map((told) => envelope(told).subject).sort();

describe("what happened", () => {
  test("is told as webhooks would have told it", async () => {
    const body = whopEvent("payment.succeeded", {
      "data.created_at": "2026-11-11T00:00:00Z",
      "data.updated_at": "2026-11-11T00:00:00Z",
    });
    standIn.put(body);
    const [told] = await happened();
    const event = whop.parse(body);
    expect(facts(told!)).toEqual(whop.translate(event, whop.read(event, new Headers())));
  });

  test("has the amount by its digits, not as a float", async () => {
    put("payment.succeeded", { total: 4.35, refunded_amount: 0.29, refunded_at: "2026-11-12T00:00:00Z" });
    const [told] = await happened();
    expect(JSON.parse(told!.text).data).toMatchObject({ total: "4.35", refunded_amount: "0.29" });
    expect(facts(told!)).toMatchObject([
      { type: "payment.captured", amount_minor: 435 },
      { type: "payment.refunded", refunded_minor: 29, occurred_at: "2026-11-12T00:00:00.000Z" },
    ]);
  });

  test("is read to the last page, each thing once", async () => {
    const ids = Array.from({ length: 10 }, (_, n) => `pay_${n}`);
    for (const id of ids) put("payment.succeeded", { id, created_at: `2026-11-11T00:00:0${id.at(-1)}Z` });
    for (let n = 0; n < 7; n++) put("membership.activated", { id: `mem_${n}` });
    expect(await subjects()).toEqual([...Array.from({ length: 7 }, (_, n) => `mem_${n}`), ...ids]);
    expect(standIn.asked.map(({ path }) => path.split("?")[0])).toEqual([
      ...Array(4).fill("/payments"),
      ...Array(3).fill("/memberships"),
    ]);
  });

  test("is asked for with the key, the company and the window", async () => {
    await happened();
    const [payments, memberships] = standIn.asked.map(({ path }) => new URL(path, "http://x"));
    expect(standIn.asked[0]!.headers.get("authorization")).toBe("Bearer key");
    expect(Object.fromEntries(payments!.searchParams)).toEqual({
      company_id: "biz_1",
      updated_after: "2026-11-09T23:59:59.000Z",
      created_before: "2026-11-13T00:00:00.000Z",
      order: "created_at",
      direction: "asc",
      first: "100",
    });
    expect(memberships!.searchParams.has("updated_after")).toBe(false);
  });

  test.each(["payment.succeeded", "membership.activated"])(
    "has a %s made long before that changed since, and none made later",
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
  ])("has a payment that is %s (%s) as a %s", async (status, substatus, type) => {
    put("payment.succeeded", { status, substatus });
    const [told] = await happened();
    expect(envelope(told!).type).toBe(type);
    expect(facts(told!)[0]!.type).toBe(type === "payment.succeeded" ? "payment.captured" : type);
  });
  test("has a payment of an unknown status as something that is not acted on", async () => {
    put("payment.succeeded", { status: "enchanted" });
    expect((await happened()).flatMap(facts)).toEqual([]);
  });
  test("has a membership as it stands", async () => {
    put("membership.deactivated", { id: "mem_1" });
    const [told] = await happened();
    expect(envelope(told!)).toMatchObject({
      type: "membership.updated",
      subject: "mem_1",
      occurredAt: "2026-11-11T00:00:00.000Z",
    });
    expect(facts(told!)).toMatchObject([{ status: "cancelled", cancel_at_period_end: true }]);
  });

  test("has one id for one state, and another for the next", async () => {
    put("payment.pending", { id: "pay_1" });
    const first = (await happened()).map((told) => envelope(told).id);
    expect(first).toEqual(["confirmed:pay_1:pending:2026-11-11T00:00:00.000Z"]);
    expect((await happened()).map((told) => envelope(told).id)).toEqual(first);
    put("payment.succeeded", { id: "pay_1", updated_at: "2026-11-12T00:00:00Z" });
    expect((await happened()).map((told) => envelope(told).id)).toEqual([
      "confirmed:pay_1:paid:2026-11-12T00:00:00.000Z",
    ]);
  });

  test("includes what old webhooks told", async () => {
    for (const type of ["legacy.payment.succeeded", "legacy.payment.failed", "legacy.membership.went_valid"]) {
      standIn.put(whopEvent(type, { "data.created_at": 1_794_500_000 }));
    }
    expect((await happened()).flatMap(facts).map(({ type }) => type)).toEqual([
      "payment.captured",
      "payment.failed",
      "membership.updated",
    ]);
  });
  test("includes what was refunded, once that succeeded", async () => {
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
    expect((await happened()).flatMap(facts)).toHaveLength(1);
    refund("succeeded", "rf_1", 0.1);
    refund("succeeded", "rf_2", 0.2);
    expect((await happened()).flatMap(facts)[1]).toMatchObject({
      type: "payment.refunded",
      payment_ref: "pay_1",
      refunded_minor: 30,
    });
  });
});

describe("how a payment stands", () => {
  const standing = (ref: string, kind: "payment" | "approval" = "payment") =>
    whopHistory.getStatus!(read, { kind, ref }, patience());

  test("is told as in the list", async () => {
    put("payment.pending", { id: "pay_1" });
    expect(await standing("pay_1")).toEqual((await happened())[0]);
  });
  test("is null for one that Whop does not know", async () => expect(await standing("pay_none")).toBeNull());
  test("is null for an approval, and Whop is not asked", async () => {
    expect(await standing("pay_1", "approval")).toBeNull();
    expect(standIn.asked).toHaveLength(0);
  });
  test("keeps to the path, whatever the id", async () => {
    expect(await standing("../memberships?x=1")).toBeNull();
    expect(standIn.asked[0]!.path).toBe("/payments/..%2Fmemberships%3Fx%3D1");
  });
});

describe("what goes wrong", () => {
  const wrong = async (signal?: AbortSignal) => {
    const error = await happened(signal).then(
      () => null,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(ApiError);
    return error as ApiError;
  };

  test.each(["429", "500", "not json"] as const)("for a moment (%s) is tried again", async (kind) => {
    put("payment.succeeded", { id: "pay_1" });
    standIn.fail({ kind, times: 1 });
    expect(await subjects()).toEqual(["pay_1"]);
  });
  test("on a later page leaves the earlier ones told", async () => {
    for (let n = 0; n < 4; n++) put("payment.succeeded", { id: `pay_${n}` });
    const pages: ProviderMessage[][] = [];
    const reading = async () => {
      for await (const page of whopHistory.listSince(read, SINCE, UNTIL, patience())) {
        pages.push(page);
        standIn.fail({ kind: "429", times: 9, retryAfter: 60 });
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: "rate_limited", details: { retryAfterMs: 60_000 } });
    expect(pages.map((page) => page.length)).toEqual([3]);
  });
  test("without end (500) is unavailable", async () => {
    standIn.fail({ kind: "500", times: 9 });
    expect(await wrong()).toMatchObject({ code: "unavailable" });
  });
  test("when Whop says nothing ends with the patience", async () => {
    standIn.fail({ kind: "hang", times: 9 });
    expect(await wrong(patience(100))).toMatchObject({ code: "no_answer" });
  });
  test("when nobody is there is no answer", async () => {
    env.WHOP_BASE_URL = "http://127.0.0.1:1";
    expect(await wrong(patience(100))).toMatchObject({ code: "no_answer" });
  });
  test("without the key is unauthorized, in Whop's words", async () => {
    env.WHOP_API_KEY = "";
    const { code, message } = await wrong();
    expect([code, message]).toEqual([
      "unauthorized",
      "whop: GET /providers/whop/payments answered 401: The API key is missing or wrong.",
    ]);
  });
  test("without the company is refused", async () => {
    env.WHOP_COMPANY_ID = "";
    expect(await wrong()).toMatchObject({ code: "refused" });
    expect(whopHistory.requiredEnv).toEqual(["WHOP_API_KEY", "WHOP_COMPANY_ID"]);
  });

  test("in the shape is named", async () => {
    standIn.fail({ kind: "wrong shape" });
    const { code, message } = await wrong();
    expect(code).toBe("unexpected_answer");
    expect(message).toBe(
      "whop: GET /payments answered in another shape than documented: page_info: expected an object, found nothing",
    );
  });
  const page_info = { has_next_page: true, end_cursor: "again" };
  test.each([
    ["data is no list", { data: {}, page_info }, "data: expected a list, found an object"],
    [
      "a payment has no id",
      { data: [{ id: "pay_1" }, {}], page_info },
      "data.1.id: expected an id of 1 to 255 printable characters, found nothing",
    ],
    [
      "a time is none",
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
  ])("when %s is named too", async (_, answer, message) => {
    vi.spyOn(standIn, "handle").mockImplementation(async () => Response.json(answer));
    expect((await wrong()).message).toBe(`whop: GET /payments answered in another shape than documented: ${message}`);
  });
  test("when one payment is answered with something else is named", async () => {
    standIn.fail({ kind: "wrong shape" });
    await expect(openWhop(read).payment("pay_1")).rejects.toMatchObject({ code: "unexpected_answer" });
  });
});

test("the live API is asked where WHOP_BASE_URL is empty, and a slash at its end does no harm", async () => {
  const fetched: string[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url) => {
    fetched.push(String(url));
    return Response.json({ id: "pay_1" });
  });
  for (const base of ["", "https://sandbox-api.whop.com/api/v1/"]) {
    env.WHOP_BASE_URL = base;
    await openWhop(read).payment("pay_1");
  }
  expect(fetched).toEqual([
    "https://api.whop.com/api/v1/payments/pay_1",
    "https://sandbox-api.whop.com/api/v1/payments/pay_1",
  ]);
});

describe("the stand-in", () => {
  test("answers the official library, page after page", async () => {
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
  test("takes any event, and knows nothing of what is no payment or membership", async () => {
    for (const type of ["chat.message.created", "dispute.created", "refund.created"]) standIn.put(whopEvent(type));
    expect(await happened()).toEqual([]);
  });
});
