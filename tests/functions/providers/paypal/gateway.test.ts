/** Beginning and refunding payments at PayPal: against the stand-in, over real HTTP. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openPaypal, orderAsEvent } from "../../../../functions/_shared/providers/paypal/api.ts";
import { paypalGateway as gateway } from "../../../../functions/_shared/providers/paypal/gateway.ts";
import { paypal } from "../../../../functions/_shared/providers/paypal/webhook.ts";
import { createPaypal, type PaypalStandIn } from "../../../../local/providers/paypal.ts";
import { type Mounted, mounted } from "../../mounted.ts";
import { BACK, CHECKOUT, failure, patience, posts, priced, REQUEST } from "../gateways.ts";

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

const start = (checkout = CHECKOUT, signal = patience()) => gateway.createPayment(env, checkout, BACK, "order", signal);
const refund = (payment_ref: string, asked = {}, signal = patience()) =>
  gateway.refundPayment!(
    env,
    { request_id: REQUEST, payment_ref, amount_minor: 1000, currency: "EUR", reason: null, ...asked },
    signal,
  );
const capture = async (order: string, requestId = order) =>
  orderAsEvent(await openPaypal(env).captureOrder(order, requestId)).text;

const facts = (bodies: string[]) => bodies.flatMap((body) => paypal.translate(JSON.parse(body)));
const asked = (path: string) => posts(standIn.asked, path);
const refunds = () => standIn.asked.filter(({ path }) => path.endsWith("/refund"));

/** What was captured of a checkout; the capture's id. */
async function paid(checkout = CHECKOUT): Promise<string> {
  const { ref } = await start(checkout);
  standIn.pay(ref, "captured");
  return JSON.parse(await capture(ref)).resource.purchase_units[0].payments.captures[0].id;
}

/** PayPal answers this to whatever is asked of `path`. */
function answering(path: RegExp, status: number, answer: object) {
  const { handle } = standIn;
  standIn.handle = async (request, at) => {
    if (!path.test(at)) return await handle(request, at);
    standIn.asked.push({ method: request.method, path: at, headers: request.headers, body: await request.text() });
    return Response.json(answer, { status });
  };
}

describe("an order", () => {
  test("is asked for with all that is bought, to be paid at once and sent nowhere", async () => {
    const started = await start();
    const [{ body, headers }] = asked(ORDERS) as [PaypalStandIn["asked"][0]];
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
            return_url: BACK.success_url,
            cancel_url: BACK.cancel_url,
            user_action: "PAY_NOW",
            shipping_preference: "NO_SHIPPING",
          },
        },
      },
    });
    expect(headers.get("paypal-request-id")).toBe(CHECKOUT.id);
    expect(started).toEqual({
      kind: "order",
      ref: expect.stringMatching(/^[0-9A-Z]{17}$/),
      redirect_url: `https://www.paypal.com/checkoutnow?token=${started.ref}`,
      client_secret: null,
    });
  });
  test("is the same when it is asked for again", async () => {
    expect(await start()).toEqual(await start());
    expect(standIn.orders.size).toBe(1);
  });
  test("of another checkout is another", async () => {
    expect((await start()).ref).not.toBe(
      (await start({ ...CHECKOUT, id: "5f0f8f5e-1111-4222-8333-444455556666" })).ref,
    );
  });
  test("names what is bought as far as PayPal takes names", async () => {
    const name = `${"é".repeat(126)}🎓🎓`;
    await start({ ...CHECKOUT, items: [{ ...CHECKOUT.items[0]!, name, quantity: 1, unit_price_minor: 3450 }] });
    const [item] = JSON.parse(asked(ORDERS)[0]!.body).purchase_units[0].items;
    expect([item.name.length, item.name.isWellFormed()]).toEqual([127, true]);
  });
  test.each([
    [1000, "JPY", "1000"],
    [150_000, "HUF", "1500"],
    [1_000_000, "TWD", "10000"],
    [7, "USD", "0.07"],
    [100_000, "GBP", "1000.00"],
  ])("of %d %s (minor units) is written %s", async (total, currency, value) => {
    expect(gateway.unsupportedReason(priced(total, currency))).toBeNull();
    const { ref } = await start(priced(total, currency));
    expect(standIn.orders.get(ref)!.purchase_units[0]!.amount).toMatchObject({ currency_code: currency, value });
    standIn.pay(ref, "captured");
    expect(facts([await capture(ref)])).toMatchObject([{ type: "payment.captured", amount_minor: total, currency }]);
  });
  test("whose link is called approve is sent there", async () => {
    answering(/orders$/, 201, {
      id: "ORDER1",
      links: [
        { rel: "self", href: "x" },
        { rel: "approve", href: "https://paypal.example/1" },
      ],
    });
    expect(await start()).toMatchObject({ ref: "ORDER1", redirect_url: "https://paypal.example/1" });
  });
});

describe("what cannot be paid at PayPal", () => {
  test.each([
    [0, "EUR", "There is nothing to pay"],
    [5000, "XAF", "PayPal takes no XAF. Offer another way to pay, or another of the currencies it is sold in."],
    [150_050, "HUF", "whole HUF only"],
    [1050, "TWD", "whole TWD only"],
  ])("%d %s: %s", (total, currency, words) =>
    expect(gateway.unsupportedReason(priced(total, currency))).toContain(words),
  );
});

describe("a begun order", () => {
  const ours = { checkout_session_id: CHECKOUT.id, amount_minor: 3450, currency: "EUR" };

  test("that its buyer approved says so, and is captured by us", async () => {
    const { ref } = await start();
    expect(facts(standIn.pay(ref, "captured"))).toEqual([
      { type: "payment.approved", provider_ref: ref, occurred_at: expect.any(String), ...ours },
    ]);
    const told = facts([await capture(ref), standIn.captureEvent(ref)]);
    for (const one of told) expect(one).toMatchObject({ type: "payment.captured", ...ours });
    expect(told).toHaveLength(2);
  });
  test("that its buyer pays by a slow way is pending, and ends as it ends", async () => {
    for (const [outcome, type] of [
      ["captured", "payment.captured"],
      ["failed", "payment.failed"],
    ] as const) {
      const { ref } = await start({ ...CHECKOUT, id: crypto.randomUUID() });
      standIn.pay(ref, "pending");
      expect(facts([await capture(ref), standIn.captureEvent(ref)]).map((one) => one.type)).toEqual([
        "payment.pending",
        "payment.pending",
      ]);
      expect(facts(standIn.pay(ref, outcome))).toMatchObject([{ type, amount_minor: 3450 }]);
      expect(facts([orderAsEvent(await openPaypal(env).getOrder(ref)).text])).toMatchObject([{ type }]);
    }
  });
  test("whose capture is declined says so", async () => {
    const { ref } = await start();
    standIn.pay(ref, "failed");
    expect(facts([await capture(ref)])).toMatchObject([{ type: "payment.failed", ...ours }]);
    expect(() => standIn.pay(ref, "captured")).toThrow("nobody can pay");
  });
  test("is captured once for one invoice, which is the checkout", async () => {
    await paid();
    const second = await openPaypal(env).createOrder(JSON.parse(asked(ORDERS)[0]!.body), "another request");
    standIn.pay(second.id, "captured");
    const error = await failure(openPaypal(env).captureOrder(second.id, "another"));
    expect(error.details.body).toContain("DUPLICATE_INVOICE_ID");
  });
});

describe("a refund", () => {
  test("is asked for by the capture, under its request's id, with the reason for the buyer", async () => {
    const payment = await paid();
    await refund(payment, { reason: "arrived\n broken " });
    const [{ path, body, headers }] = refunds() as [PaypalStandIn["asked"][0]];
    expect(path).toBe(`/v2/payments/captures/${payment}/refund`);
    expect(JSON.parse(body)).toEqual({
      amount: { currency_code: "EUR", value: "10.00" },
      custom_id: REQUEST,
      note_to_payer: "arrived broken",
    });
    expect([headers.get("paypal-request-id"), headers.get("prefer")]).toEqual([REQUEST, "return=representation"]);
  });
  test("without a reason tells the buyer none", async () => {
    await refund(await paid());
    expect(JSON.parse(refunds()[0]!.body)).toEqual({
      amount: { currency_code: "EUR", value: "10.00" },
      custom_id: REQUEST,
    });
  });
  test("is told like its webhook", async () => {
    const payment = await paid();
    const { ref, message } = await refund(payment, { reason: "broken" });
    const event = JSON.parse(message.text);
    expect(paypal.read(event)).toMatchObject({
      id: `confirmed:refund:${ref}:COMPLETED`,
      type: "PAYMENT.CAPTURE.REFUNDED",
      subject: payment,
    });
    expect(paypal.translate(event)).toMatchObject([
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
  ])("that is %s at first is told as that", async (status, ours) => {
    const links = [{ rel: "up", href: "https://api.paypal.com/v2/payments/captures/CAP1" }];
    const amount = { currency_code: "EUR", value: "10.00" };
    answering(/refund$/, 201, { id: "REF1", status, amount, create_time: "2026-11-20T10:00:00Z", links });
    const { ref, message } = await refund("CAP1");
    expect([ref, JSON.parse(message.text).id]).toEqual(["REF1", `confirmed:refund:REF1:${status}`]);
    expect(facts([message.text])).toMatchObject([{ type: "refund.updated", payment_ref: "CAP1", status: ours }]);
  });
  test("that is asked for again gives back once, and is told as the same", async () => {
    const payment = await paid();
    expect(await refund(payment)).toEqual(await refund(payment));
    expect(standIn.captures.get(payment)!.status).toBe("PARTIALLY_REFUNDED");
    expect(
      facts([(await refund(payment, { request_id: "another", amount_minor: 2450 })).message.text])[1],
    ).toMatchObject({
      refunded_minor: 3450,
    });
    expect(standIn.captures.get(payment)!.status).toBe("REFUNDED");
  });
});

describe("PayPal will not, in its words and with what can be done:", () => {
  test("refund more than is left", async () => {
    const error = await failure(refund(await paid(), { amount_minor: 3451 }));
    expect(error).toMatchObject({
      code: "refused",
      temporary: false,
      details: { status: 422, issue: "REFUND_AMOUNT_EXCEEDED" },
    });
    expect(error.message).toMatch(
      /^PayPal will not refund: REFUND_AMOUNT_EXCEEDED: The refund amount .*: ask for less\.$/,
    );
  });
  test("refund what went back", async () => {
    const payment = await paid();
    await refund(payment, { amount_minor: 3450 });
    expect((await failure(refund(payment, { request_id: "b" }))).message).toMatch(
      /CAPTURE_FULLY_REFUNDED.*nothing left/,
    );
  });
  test("refund part of a forint", async () => {
    const payment = await paid(priced(150_000, "HUF"));
    expect((await failure(refund(payment, { amount_minor: 150, currency: "HUF" }))).message).toMatch(
      /DECIMALS_NOT_SUPPORTED.*whole amount/,
    );
  });
  test("refund what it does not know", async () => {
    expect(await failure(refund("NOBODY"))).toMatchObject({
      code: "refused",
      message: expect.stringMatching(/Check that PAYPAL_CLIENT_ID/),
    });
  });
  test.each(["", "../v1/oauth2/token"])("be asked about %j, which is no id", async (ref) => {
    await failure(refund(ref));
    expect(standIn.asked).toEqual([]);
  });
  test("do what the account may not", async () => {
    answering(/refund$|orders$/, 403, { name: "NOT_AUTHORIZED", message: "No permission." });
    for (const doing of [() => refund("CAP1"), () => start()])
      expect(await failure(doing())).toMatchObject({ code: "refused", temporary: false });
  });
  test("make an order that does not add up", async () => {
    const error = await failure(start({ ...CHECKOUT, total_minor: 1 }));
    expect(error.message).toMatch(
      /^PayPal will not begin this payment: ITEM_TOTAL_MISMATCH: .*let the buyer pay another way/,
    );
  });
});

describe("what goes wrong", () => {
  test.each(["429", "500", "not json"] as const)(
    "for a moment (%s) is tried again, under the same request id",
    async (kind) => {
      standIn.fail({ kind, path: ORDERS });
      const payment = await paid();
      standIn.fail({ kind, path: "/v2/payments" });
      await refund(payment);
      for (const sent of [asked(ORDERS), refunds()]) {
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
  ] as const)("for longer (%s) may be tried later", async (kind, expected) => {
    const payment = await paid();
    standIn.fail({ kind, path: "/v2", retryAfter: 30, times: 99 });
    for (const doing of [() => start(priced(5, "EUR")), () => refund(payment)]) {
      expect(await failure(doing())).toMatchObject({ temporary: true, ...expected });
    }
  });
  test("no answer is waited for no longer than there is time", async () => {
    const payment = await paid();
    standIn.fail({ kind: "hang", path: "/v2", times: 99 });
    for (const doing of [() => start(priced(5, "EUR"), patience(200)), () => refund(payment, {}, patience(200))]) {
      expect(await failure(doing())).toMatchObject({ code: "no_answer" });
    }
  });
  test("another try of the same that is under way may be tried later", async () => {
    answering(/refund$/, 409, { name: "RESOURCE_CONFLICT", message: "In progress." });
    expect(await failure(refund("CAP1"))).toMatchObject({ details: { status: 409 } });
  });
  test("credentials that PayPal does not take", async () => {
    answering(/oauth2/, 401, { error: "invalid_client" });
    settings.PAYPAL_CLIENT_ID = "unknown"; // no token of another test
    expect(await failure(start())).toMatchObject({ code: "unauthorized", details: { status: 401 } });
  });
});
