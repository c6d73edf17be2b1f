/** The job that captures approved orders: against the stand-in for PayPal over real HTTP, with a fake database. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ReceivedEvent } from "../../../../functions/_shared/inbound/inbox.ts";
import { NotConfigured } from "../../../../functions/_shared/outbound/adapter.ts";
import { capturePayment } from "../../../../functions/_shared/outbound/jobs/capture_payment.ts";
import type { Database } from "../../../../functions/_shared/platform/database.ts";
import { DatabaseAway } from "../../../../functions/_shared/platform/database.ts";
import { captureIdOf, createPaypal, type PaypalStandIn } from "../../../../local/providers/paypal.ts";
import { paypalEvent } from "../../../../simulator/providers/paypal.ts";
import { mounted } from "../../mounted.ts";

const APPROVAL = "5f0f8f5e-1111-4222-8333-444455556666";
const MESSAGE = "0198f0aa-0000-7000-8000-000000000001";
const CHECKOUT = "7b0c2f0e-7f0b-4a53-9d0c-0f6f0a2d9b11";

let standIn: PaypalStandIn;
let stop: () => Promise<void>;
let settings: Record<string, string>;
let order: string;

/** The rows of commerce.may_capture, what it was called with, and what was received. */
let permissions: { outcome: string | null; reason: string | null }[];
let queries: unknown[][];
let received: ReceivedEvent[];
let databaseAway: boolean;
const database: Database = {
  // biome-ignore lint/suspicious/noExplicitAny: rows of two kinds.
  async query(statement, values): Promise<any[]> {
    if (statement.includes("commerce.may_capture")) {
      queries.push([statement, ...values]);
      return permissions;
    }
    if (databaseAway) throw new DatabaseAway("no answer");
    const events = values[0] as ReceivedEvent[];
    received.push(...events);
    return events.map(() => ({ id: "x", status: "applied", duplicate: false }));
  },
  async close() {},
};

beforeEach(async () => {
  standIn = createPaypal();
  const { url, ...server } = await mounted({ paypal: standIn });
  stop = server.stop;
  settings = { PAYPAL_BASE_URL: url, PAYPAL_CLIENT_ID: "client", PAYPAL_CLIENT_SECRET: "secret" };
  permissions = [{ outcome: null, reason: null }];
  queries = [];
  received = [];
  databaseAway = false;
  order = approved();
});
afterEach(() => stop());

function approved(set: Record<string, unknown> = {}): string {
  const body = paypalEvent(
    "CHECKOUT.ORDER.APPROVED",
    { "resource.purchase_units.0.custom_id": CHECKOUT, ...set },
    "sale",
  );
  standIn.put(body);
  return JSON.parse(body).resource.id;
}

function run({ ref = order, message = MESSAGE, timeoutMs = 240_000 } = {}) {
  const job = { message_id: message, data: { id: APPROVAL, provider_ref: ref, checkout_session_id: CHECKOUT } };
  const runtime = {
    env: (name: string) => settings[name],
    now: Date.now,
    defer() {},
    database,
    ending: new AbortController().signal,
  };
  return capturePayment.run(job, runtime, AbortSignal.timeout(timeoutMs));
}

const captures = () => standIn.asked.filter(({ path }) => path.endsWith("/capture"));
const money = { type: "payment.captured", checkout_session_id: CHECKOUT, amount_minor: 4900, currency: "EUR" };

/** Answers a capture with this, instead of capturing. */
function captureAnswers(status: number, answer: unknown, headers: Record<string, string> = {}) {
  const { handle } = standIn;
  standIn.handle = async (request, path) => {
    if (!path.endsWith("/capture")) return await handle(request, path);
    standIn.asked.push({ method: request.method, path, headers: request.headers, body: await request.text() });
    return Response.json(answer, { status, headers });
  };
}
const problem = (issue: string, description: string) => ({
  name: "UNPROCESSABLE_ENTITY",
  details: [{ issue, description }],
  message: "No.",
});

describe("an approved order that may be captured", () => {
  test("is captured, and the payment received as confirmed", async () => {
    expect(await run()).toMatchObject({ outcome: "delivered" });
    expect(queries).toEqual([["select outcome, reason from commerce.may_capture($1::uuid)", APPROVAL]]);
    expect(received).toMatchObject([
      {
        provider: "paypal",
        provider_event_id: `confirmed:order:${order}:COMPLETED:COMPLETED`,
        type: "CHECKOUT.ORDER.COMPLETED",
        subject: order,
        trust: "confirmed",
        facts: [{ ...money, provider_ref: captureIdOf(order), email: "amina.buyer@example.com" }],
        error: null,
      },
    ]);
    expect(standIn.captures.get(captureIdOf(order))!.status).toBe("COMPLETED");
  });
  test("is requested as PayPal documents it", async () => {
    await run();
    const [{ method, path, headers, body }] = captures() as [PaypalStandIn["asked"][0]];
    expect([method, path, body]).toEqual(["POST", `/v2/checkout/orders/${order}/capture`, "{}"]);
    const sent = ["content-type", "paypal-request-id", "prefer"].map((name) => headers.get(name));
    expect(sent).toEqual(["application/json", MESSAGE, "return=representation"]);
  });
  test("is archived byte for byte as PayPal answered", async () => {
    await run();
    expect(received[0]!.body).toContain(`"resource":${JSON.stringify(standIn.orders.get(order))}}`);
  });

  test("twice, is charged once, under one request id", async () => {
    expect(await run()).toMatchObject({ outcome: "delivered" });
    expect(await run()).toMatchObject({ outcome: "delivered" });
    expect(standIn.captures.size).toBe(1);
    expect(captures().map(({ headers }) => headers.get("paypal-request-id"))).toEqual([MESSAGE, MESSAGE]);
    expect(new Set(received.map((event) => event.provider_event_id)).size).toBe(1);
  });
  test("twice at once, by two messages, is charged once, and both are delivered", async () => {
    const both = await Promise.all([run(), run({ message: "another" })]);
    expect(both).toMatchObject([{ outcome: "delivered" }, { outcome: "delivered" }]);
    expect(standIn.captures.size).toBe(1);
    expect(received.map(({ facts }) => facts)).toMatchObject([[money], [money]]);
  });
  test("and could not be recorded, is charged once", async () => {
    databaseAway = true;
    await expect(run()).rejects.toThrow(DatabaseAway);
    databaseAway = false;
    expect(await run()).toMatchObject({ outcome: "delivered" });
    expect(standIn.captures.size).toBe(1);
    expect(received).toHaveLength(1);
  });
  test("and was captured by somebody else meanwhile, is received too", async () => {
    await run({ message: "another" });
    received = [];
    expect(await run()).toMatchObject({ outcome: "delivered" });
    expect(received).toMatchObject([{ facts: [money] }]);
    expect(standIn.captures.size).toBe(1);
  });
  test("whose capture shows only in the order, is received from the order", async () => {
    await run();
    received = [];
    captureAnswers(201, { id: order, status: "COMPLETED", links: [] });
    expect(await run()).toMatchObject({ outcome: "delivered" });
    expect(received).toMatchObject([{ facts: [money] }]);
  });
  test.each([
    ["PENDING", "payment.pending", null],
    ["DECLINED", "payment.failed", "DECLINED_BY_RISK_FRAUD_FILTERS"],
  ])("and becomes %s, is received as that", async (status, type, failure_code) => {
    const unit = standIn.orders.get(order)!.purchase_units[0]!;
    const capture = {
      id: "CAP1",
      status,
      amount: unit.amount,
      ...(failure_code && { status_details: { reason: failure_code } }),
    };
    const answer = {
      ...standIn.orders.get(order)!,
      status: "COMPLETED",
      purchase_units: [{ ...unit, payments: { captures: [capture] } }],
    };
    captureAnswers(201, answer);
    expect(await run()).toMatchObject({ outcome: "delivered" });
    expect(received).toMatchObject([
      { facts: [{ type, provider_ref: "CAP1", ...(failure_code && { failure_code }) }] },
    ]);
  });
});

describe("PayPal is not called", () => {
  test.each(["cancelled", "refused"])("when SQL says %s", async (outcome) => {
    permissions = [{ outcome, reason: "Its checkout is paid already." }];
    expect(await run()).toEqual({ outcome, error: "Its checkout is paid already." });
    expect(standIn.asked).toEqual([]);
    expect(received).toEqual([]);
  });
  test("when the database returns no row", async () => {
    permissions = [];
    await expect(run()).rejects.toThrow(APPROVAL);
    expect(standIn.asked).toEqual([]);
  });
  test.each(["PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET"])(
    "without %s: the delivery waits, and the error names it",
    async (name) => {
      settings[name] = "";
      await expect(run()).rejects.toThrow(NotConfigured);
      await expect(run()).rejects.toThrow(`${name} not set`);
      expect(standIn.asked).toEqual([]);
    },
  );
  test.each(["", "../../v1/oauth2/token", "A/../B"])("for %j, which is not the id of an order", async (ref) => {
    expect(await run({ ref })).toMatchObject({ outcome: "refused" });
    expect(standIn.asked).toEqual([]);
  });
});

describe("the delivery is refused, with PayPal's message and what to do,", () => {
  test("when the buyer has not approved it", async () => {
    order = approved({ "resource.id": "NOTYET1", "resource.status": "CREATED" });
    const done = await run();
    expect(done).toMatchObject({ outcome: "refused", status: 422 });
    expect("error" in done && done.error).toBe(
      "PayPal will not capture: ORDER_NOT_APPROVED: Payer has not yet approved the Order for payment. " +
        "The buyer has not approved it, or not again after a change: let them check out again.",
    );
    expect(received).toEqual([]);
  });
  test("when PayPal does not know the order", async () => {
    const done = await run({ ref: "NOBODY" });
    expect(done).toMatchObject({
      outcome: "refused",
      status: 404,
      error: expect.stringMatching(/INVALID_RESOURCE_ID.*check out again/),
    });
  });
  test.each([
    [
      422,
      problem("INSTRUMENT_DECLINED", "The bank declined."),
      /INSTRUMENT_DECLINED: The bank declined\. .*another way to pay/,
    ],
    [422, problem("PAYER_ACTION_REQUIRED", "Contingency."), /PAYER_ACTION_REQUIRED: Contingency\. .*with their bank/],
    [422, problem("SOMETHING_NEW", "Odd."), /SOMETHING_NEW: Odd\. Look the order up/],
    [403, { name: "NOT_AUTHORIZED", message: "No permission." }, /NOT_AUTHORIZED: No permission\. Look the order up/],
    [400, "gibberish", /PayPal will not capture/],
  ])("when PayPal answers %d %j", async (status, answer, error) => {
    captureAnswers(status, answer);
    expect(await run()).toMatchObject({ outcome: "refused", status, error: expect.stringMatching(error) });
    expect(received).toEqual([]);
  });
});

describe("the capture is tried again", () => {
  test.each(["429", "500", "not json"] as const)(
    "at once when PayPal answers %s, under the same request id",
    async (kind) => {
      standIn.fail({ kind, path: `/v2/checkout/orders/${order}/capture` });
      expect(await run()).toMatchObject({ outcome: "delivered" });
      expect(captures().map(({ headers }) => headers.get("paypal-request-id"))).toEqual([MESSAGE, MESSAGE]);
      expect(standIn.captures.size).toBe(1);
    },
  );
  test("later when PayPal is down", async () => {
    standIn.fail({ kind: "500", path: "/v2", times: 9 });
    expect(await run()).toMatchObject({ outcome: "retry", status: 500 });
  });
  test("not before the time that PayPal asks for", async () => {
    standIn.fail({ kind: "429", path: "/v2", retryAfter: 30 });
    expect(await run()).toMatchObject({ outcome: "retry", status: 429, retryAfterMs: 30_000 });
  });
  test("later when PayPal answers in another form and the order shows no capture", async () => {
    captureAnswers(200, { surprise: [] });
    expect(await run()).toMatchObject({ outcome: "retry", error: expect.stringContaining("does not show it yet") });
    expect(received).toEqual([]);
  });
  test("later when another attempt is still under way", async () => {
    captureAnswers(409, problem("PREVIOUS_REQUEST_IN_PROGRESS", "Wait."));
    expect(await run()).toMatchObject({ outcome: "retry", status: 409 });
  });
  test("later when PayPal hangs beyond the delivery's time", async () => {
    standIn.fail({ kind: "hang", path: "/v2" });
    expect(await run({ timeoutMs: 300 })).toMatchObject({
      outcome: "retry",
      error: expect.stringContaining("given up"),
    });
  });
  test("later when PayPal cannot be reached", async () => {
    settings.PAYPAL_BASE_URL = "http://127.0.0.1:1";
    expect(await run()).toMatchObject({ outcome: "retry" });
  });
  test("without using up an attempt when PayPal refuses our credentials", async () => {
    const { handle } = standIn;
    standIn.handle = async (request, path) =>
      path.startsWith("/v1/oauth2")
        ? Response.json({ error: "invalid_client" }, { status: 401 })
        : await handle(request, path);
    await expect(run()).rejects.toThrow(NotConfigured);
    await expect(run()).rejects.toThrow("Check PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET");
  });
});
