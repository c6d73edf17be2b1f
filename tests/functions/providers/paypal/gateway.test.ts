/** Creating and refunding payments at PayPal, against the stand-in over HTTP. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openPaypal, orderAsEvent } from "../../../../functions/_shared/providers/paypal/api.ts";
import { paypalGateway as gateway } from "../../../../functions/_shared/providers/paypal/gateway.ts";
import { paypal } from "../../../../functions/_shared/providers/paypal/webhook.ts";
import { createPaypal, type PaypalStandIn } from "../../../../local/providers/paypal.ts";
import { type Mounted, mounted } from "../../mounted.ts";
import { CHECKOUT, checkoutOf, failure, posts, REDIRECT_URLS, REFUND_REQUEST_ID, timeout } from "../gateways.ts";
import { translate } from "../translate.ts";

let standIn: PaypalStandIn;
let server: Mounted;
let settings: Record<string, string>;
const env = (name: string) => settings[name];

beforeEach(async () => {
  standIn = createPaypal();
  server = await mounted({ paypal: standIn });
  settings = { PAYPAL_BASE_URL: server.url, PAYPAL_CLIENT_ID: "client", PAYPAL_CLIENT_SECRET: "secret" };
});
afterEach(() => server.stop());

const ORDERS = "/v2/checkout/orders";

const createPayment = (checkout = CHECKOUT, signal = timeout()) =>
  gateway.createPayment(env, checkout, REDIRECT_URLS, "order", signal);
const refundPayment = (payment_ref: string, postsTo = {}, signal = timeout()) =>
  gateway.refundPayment!(
    env,
    { request_id: REFUND_REQUEST_ID, payment_ref, amount_minor: 1000, currency: "EUR", reason: null, ...postsTo },
    signal,
  );
const captureOrder = async (order: string, requestId = order) =>
  orderAsEvent(await openPaypal(env).captureOrder(order, requestId)).text;

const facts = (bodies: string[]) => bodies.flatMap((body) => translate(paypal, JSON.parse(body)));
const postsTo = (path: string) => posts(standIn.asked, path);
const refundRequests = () => standIn.asked.filter(({ path }) => path.endsWith("/refund"));

/** Creates, approves and captures an order; the id of the capture. */
async function capturedPayment(checkout = CHECKOUT): Promise<string> {
  const { ref } = await createPayment(checkout);
  standIn.pay(ref, "captured");
  return JSON.parse(await captureOrder(ref)).resource.purchase_units[0].payments.captures[0].id;
}

/** Makes the stand-in answer every request to `path` with this response. */
function answerAt(path: RegExp, status: number, answer: object) {
  const { handle } = standIn;
  standIn.handle = async (request, requestPath) => {
    if (!path.test(requestPath)) return await handle(request, requestPath);
    standIn.asked.push({
      method: request.method,
      path: requestPath,
      headers: request.headers,
      body: await request.text(),
    });
    return Response.json(answer, { status });
  };
}

describe("createPayment", () => {
  test("requests an order with all items, immediate payment and no shipping", async () => {
    const payment = await createPayment();
    const [{ body, headers }] = postsTo(ORDERS) as [PaypalStandIn["asked"][0]];
    expect(JSON.parse(body)).toEqual({
      intent: "CAPTURE",
      purchase_units: [
        {
          custom_id: CHECKOUT.id,
          invoice_id: CHECKOUT.id,
          amount: {
            currency_code: "EUR",
            value: "34.50",
            breakdown: { item_total: { currency_code: "EUR", value: "34.50" } },
          },
          items: [
            { name: "Mug", sku: "mug", quantity: "2", unit_amount: { currency_code: "EUR", value: "12.25" } },
            { name: "Tea", sku: "tea", quantity: "1", unit_amount: { currency_code: "EUR", value: "10.00" } },
          ],
        },
      ],
      payment_source: {
        paypal: {
          experience_context: {
            return_url: REDIRECT_URLS.success_url,
            cancel_url: REDIRECT_URLS.cancel_url,
            user_action: "PAY_NOW",
            shipping_preference: "NO_SHIPPING",
          },
        },
      },
    });
    expect(headers.get("paypal-request-id")).toBe(CHECKOUT.id);
    expect(payment).toEqual({
      kind: "order",
      ref: expect.stringMatching(/^[0-9A-Z]{17}$/),
      redirect_url: `https://www.paypal.com/checkoutnow?token=${payment.ref}`,
      client_secret: null,
    });
  });
  test("returns the same order when it is called again", async () => {
    expect(await createPayment()).toEqual(await createPayment());
    expect(standIn.orders.size).toBe(1);
  });
  test("creates another order for another checkout", async () => {
    expect((await createPayment()).ref).not.toBe(
      (await createPayment({ ...CHECKOUT, id: "5f0f8f5e-1111-4222-8333-444455556666" })).ref,
    );
  });
  test("cuts the name of an item to 127 characters, PayPal's limit", async () => {
    const name = `${"é".repeat(126)}🎓🎓`;
    await createPayment({ ...CHECKOUT, items: [{ ...CHECKOUT.items[0]!, name, quantity: 1, unit_price_minor: 3450 }] });
    const [item] = JSON.parse(postsTo(ORDERS)[0]!.body).purchase_units[0].items;
    expect([item.name.length, item.name.isWellFormed()]).toEqual([127, true]);
  });
  test.each([
    [1000, "JPY", "1000"],
    [150_000, "HUF", "1500"],
    [1_000_000, "TWD", "10000"],
    [7, "USD", "0.07"],
    [100_000, "GBP", "1000.00"],
  ])("sends %d minor units of %s as %s", async (total, currency, value) => {
    expect(gateway.unsupportedReason(checkoutOf(total, currency))).toBeNull();
    const { ref } = await createPayment(checkoutOf(total, currency));
    expect(standIn.orders.get(ref)!.purchase_units[0]!.amount).toMatchObject({ currency_code: currency, value });
    standIn.pay(ref, "captured");
    expect(facts([await captureOrder(ref)])).toMatchObject([
      { type: "payment.captured", amount_minor: total, currency },
    ]);
  });
  test("returns the link named approve", async () => {
    answerAt(/orders$/, 201, {
      id: "ORDER1",
      links: [
        { rel: "self", href: "x" },
        { rel: "approve", href: "https://paypal.example/1" },
      ],
    });
    expect(await createPayment()).toMatchObject({ ref: "ORDER1", redirect_url: "https://paypal.example/1" });
  });
});

describe("unsupportedReason", () => {
  test.each([
    [0, "EUR", "There is nothing to pay"],
    [5000, "XAF", "PayPal takes no XAF. Offer another way to pay, or another of the currencies it is sold in."],
    [150_050, "HUF", "whole HUF only"],
    [1050, "TWD", "whole TWD only"],
  ])("of %d %s: %s", (total, currency, reason) =>
    expect(gateway.unsupportedReason(checkoutOf(total, currency))).toContain(reason),
  );
});

describe("an order", () => {
  const expected = { checkout_session_id: CHECKOUT.id, amount_minor: 3450, currency: "EUR" };

  test("that the buyer approves has a payment.approved, and is captured by us", async () => {
    const { ref } = await createPayment();
    expect(facts(standIn.pay(ref, "captured"))).toEqual([
      { type: "payment.approved", provider_ref: ref, occurred_at: expect.any(String), ...expected },
    ]);
    const captured = facts([await captureOrder(ref), standIn.captureEvent(ref)]);
    for (const fact of captured) expect(fact).toMatchObject({ type: "payment.captured", ...expected });
    expect(captured).toHaveLength(2);
  });
  test("with a delayed payment method is pending first, then captured or failed", async () => {
    for (const [outcome, type] of [
      ["captured", "payment.captured"],
      ["failed", "payment.failed"],
    ] as const) {
      const { ref } = await createPayment({ ...CHECKOUT, id: crypto.randomUUID() });
      standIn.pay(ref, "pending");
      expect(facts([await captureOrder(ref), standIn.captureEvent(ref)]).map((fact) => fact.type)).toEqual([
        "payment.pending",
        "payment.pending",
      ]);
      expect(facts(standIn.pay(ref, outcome))).toMatchObject([{ type, amount_minor: 3450 }]);
      expect(facts([orderAsEvent(await openPaypal(env).getOrder(ref)).text])).toMatchObject([{ type }]);
    }
  });
  test("with a declined capture has failed", async () => {
    const { ref } = await createPayment();
    standIn.pay(ref, "failed");
    expect(facts([await captureOrder(ref)])).toMatchObject([{ type: "payment.failed", ...expected }]);
    expect(() => standIn.pay(ref, "captured")).toThrow("nobody can pay");
  });
  test("cannot be captured a second time for the same checkout, by its invoice id", async () => {
    await capturedPayment();
    const second = await openPaypal(env).createOrder(JSON.parse(postsTo(ORDERS)[0]!.body), "another request");
    standIn.pay(second.id, "captured");
    const error = await failure(openPaypal(env).captureOrder(second.id, "another"));
    expect(error.details.body).toContain("DUPLICATE_INVOICE_ID");
  });
});

describe("refundPayment", () => {
  test("sends the capture, the request id, and the reason for the buyer", async () => {
    const payment = await capturedPayment();
    await refundPayment(payment, { reason: "arrived\n broken " });
    const [{ path, body, headers }] = refundRequests() as [PaypalStandIn["asked"][0]];
    expect(path).toBe(`/v2/payments/captures/${payment}/refund`);
    expect(JSON.parse(body)).toEqual({
      amount: { currency_code: "EUR", value: "10.00" },
      custom_id: REFUND_REQUEST_ID,
      note_to_payer: "arrived broken",
    });
    expect([headers.get("paypal-request-id"), headers.get("prefer")]).toEqual([
      REFUND_REQUEST_ID,
      "return=representation",
    ]);
  });
  test("sends no note when there is no reason", async () => {
    await refundPayment(await capturedPayment());
    expect(JSON.parse(refundRequests()[0]!.body)).toEqual({
      amount: { currency_code: "EUR", value: "10.00" },
      custom_id: REFUND_REQUEST_ID,
    });
  });
  test("returns the same facts as the webhook of the refund", async () => {
    const payment = await capturedPayment();
    const { ref, message } = await refundPayment(payment, { reason: "broken" });
    const event = JSON.parse(message.text);
    expect(paypal.read(event, new Headers())).toMatchObject({
      id: `confirmed:refund:${ref}:COMPLETED`,
      type: "PAYMENT.CAPTURE.REFUNDED",
      subject: payment,
    });
    expect(translate(paypal, event)).toMatchObject([
      {
        ...{ type: "refund.updated", provider_ref: ref, payment_ref: payment, amount_minor: 1000, currency: "EUR" },
        ...{ status: "succeeded", reason: "broken" },
      },
      { type: "payment.refunded", payment_ref: payment, refunded_minor: 1000 },
    ]);
  });
  test.each([
    ["PENDING", "pending"],
    ["FAILED", "failed"],
    ["CANCELLED", "cancelled"],
  ])("returns a refund that is %s as %s", async (status, expected) => {
    const links = [{ rel: "up", href: "https://api.paypal.com/v2/payments/captures/CAP1" }];
    const amount = { currency_code: "EUR", value: "10.00" };
    answerAt(/refund$/, 201, { id: "REF1", status, amount, create_time: "2026-11-20T10:00:00Z", links });
    const { ref, message } = await refundPayment("CAP1");
    expect([ref, JSON.parse(message.text).id]).toEqual(["REF1", `confirmed:refund:REF1:${status}`]);
    expect(facts([message.text])).toMatchObject([{ type: "refund.updated", payment_ref: "CAP1", status: expected }]);
  });
  test("refunds once when it is called again, with the same result", async () => {
    const payment = await capturedPayment();
    expect(await refundPayment(payment)).toEqual(await refundPayment(payment));
    expect(standIn.captures.get(payment)!.status).toBe("PARTIALLY_REFUNDED");
    expect(
      facts([(await refundPayment(payment, { request_id: "another", amount_minor: 2450 })).message.text])[1],
    ).toMatchObject({
      refunded_minor: 3450,
    });
    expect(standIn.captures.get(payment)!.status).toBe("REFUNDED");
  });
});

describe("an error contains PayPal's reason and what to do,", () => {
  test("for a refund above the amount left", async () => {
    const error = await failure(refundPayment(await capturedPayment(), { amount_minor: 3451 }));
    expect(error).toMatchObject({
      code: "refused",
      temporary: false,
      details: { status: 422, issue: "REFUND_AMOUNT_EXCEEDED" },
    });
    expect(error.message).toMatch(
      /^PayPal will not refund: REFUND_AMOUNT_EXCEEDED: The refund amount .*: ask for less\.$/,
    );
  });
  test("for a capture that is fully refunded", async () => {
    const payment = await capturedPayment();
    await refundPayment(payment, { amount_minor: 3450 });
    expect((await failure(refundPayment(payment, { request_id: "b" }))).message).toMatch(
      /CAPTURE_FULLY_REFUNDED.*nothing left/,
    );
  });
  test("for a refund of a fraction of a forint", async () => {
    const payment = await capturedPayment(checkoutOf(150_000, "HUF"));
    expect((await failure(refundPayment(payment, { amount_minor: 150, currency: "HUF" }))).message).toMatch(
      /DECIMALS_NOT_SUPPORTED.*whole amount/,
    );
  });
  test("for a capture that PayPal does not have", async () => {
    expect(await failure(refundPayment("NOBODY"))).toMatchObject({
      code: "refused",
      message: expect.stringMatching(/Check that PAYPAL_CLIENT_ID/),
    });
  });
  test.each(["", "../v1/oauth2/token"])("for %j, which is not an id, without a request", async (ref) => {
    await failure(refundPayment(ref));
    expect(standIn.asked).toEqual([]);
  });
  test("for a call that the account is not permitted", async () => {
    answerAt(/refund$|orders$/, 403, { name: "NOT_AUTHORIZED", message: "No permission." });
    for (const call of [() => refundPayment("CAP1"), () => createPayment()])
      expect(await failure(call())).toMatchObject({ code: "refused", temporary: false });
  });
  test("for an order that does not add up", async () => {
    const error = await failure(createPayment({ ...CHECKOUT, total_minor: 1 }));
    expect(error.message).toMatch(
      /^PayPal will not begin this payment: ITEM_TOTAL_MISMATCH: .*let the buyer pay another way/,
    );
  });
});

describe("on an error, a call", () => {
  test.each(["429", "500", "not json"] as const)(
    "is retried after a brief %s, with the same request id",
    async (kind) => {
      standIn.fail({ kind, path: ORDERS });
      const payment = await capturedPayment();
      standIn.fail({ kind, path: "/v2/payments" });
      await refundPayment(payment);
      for (const sent of [postsTo(ORDERS), refundRequests()]) {
        expect(new Set(sent.map(({ headers }) => headers.get("paypal-request-id"))).size).toBe(1);
        expect(sent).toHaveLength(2);
      }
    },
  );
  test.each([
    ["429", { code: "rate_limited", details: { retryAfterMs: 30_000 } }],
    ["500", { code: "unavailable" }],
    ["wrong shape", { code: "unexpected_answer" }],
    ["not json", { code: "unexpected_answer" }],
  ] as const)("throws a temporary error after a lasting %s", async (kind, expected) => {
    const payment = await capturedPayment();
    standIn.fail({ kind, path: "/v2", retryAfter: 30, times: 99 });
    for (const call of [() => createPayment(checkoutOf(5, "EUR")), () => refundPayment(payment)]) {
      expect(await failure(call())).toMatchObject({ temporary: true, ...expected });
    }
  });
  test("stops waiting for a response at its timeout", async () => {
    const payment = await capturedPayment();
    standIn.fail({ kind: "hang", path: "/v2", times: 99 });
    for (const call of [
      () => createPayment(checkoutOf(5, "EUR"), timeout(200)),
      () => refundPayment(payment, {}, timeout(200)),
    ]) {
      expect(await failure(call())).toMatchObject({ code: "no_answer" });
    }
  });
  test("throws when the same refund is still in progress", async () => {
    answerAt(/refund$/, 409, { name: "RESOURCE_CONFLICT", message: "In progress." });
    expect(await failure(refundPayment("CAP1"))).toMatchObject({ details: { status: 409 } });
  });
  test("throws unauthorized when PayPal refuses the credentials", async () => {
    answerAt(/oauth2/, 401, { error: "invalid_client" });
    settings.PAYPAL_CLIENT_ID = "unknown"; // so that no token of another test is cached
    expect(await failure(createPayment())).toMatchObject({ code: "unauthorized", details: { status: 401 } });
  });
});
