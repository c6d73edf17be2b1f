/** Creating, cancelling and refunding payments at Stripe, against the stand-in over HTTP. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stripeGateway as gateway } from "../../../../functions/_shared/providers/stripe/gateway.ts";
import { stripeHistory } from "../../../../functions/_shared/providers/stripe/history.ts";
import { stripe } from "../../../../functions/_shared/providers/stripe/webhook.ts";
import { createStripe, type StripeStandIn } from "../../../../local/providers/stripe.ts";
import { type Mounted, mounted } from "../../mounted.ts";
import { CHECKOUT, checkoutOf, failure, posts, REDIRECT_URLS, REFUND_REQUEST_ID, timeout } from "../gateways.ts";

let standIn: StripeStandIn;
let server: Mounted;
let settings: Record<string, string>;
const env = (name: string) => settings[name];

beforeEach(async () => {
  standIn = createStripe();
  server = await mounted({ stripe: standIn });
  settings = { STRIPE_BASE_URL: server.url, STRIPE_API_KEY: "sk_test_x" };
});
afterEach(() => server.stop());

const SESSIONS = "/v1/checkout/sessions";
const INTENTS = "/v1/payment_intents";
const REFUNDS = "/v1/refunds";

const createPayment = (method = "checkout_session", checkout = CHECKOUT, signal = timeout()) =>
  gateway.createPayment(env, checkout, REDIRECT_URLS, method, signal);
const cancelPayment = (payment: { kind: "checkout_session" | "payment_intent"; ref: string }, signal = timeout()) =>
  gateway.cancelPayment!(env, payment, signal);
const refundPayment = (payment_ref: string, asked = {}, signal = timeout()) =>
  gateway.refundPayment!(
    env,
    { request_id: REFUND_REQUEST_ID, payment_ref, amount_minor: 1000, currency: "EUR", reason: null, ...asked },
    signal,
  );

const form = (body: string) => Object.fromEntries(new URLSearchParams(body));
const keys = (path: string) => posts(standIn.asked, path).map(({ headers }) => headers.get("idempotency-key"));
const facts = (bodies: string[]) => bodies.flatMap((body) => stripe.translate(JSON.parse(body)));
const currentFacts = async (ref: string) => {
  const message = await stripeHistory.getStatus!(env, { kind: "payment", ref }, timeout());
  return facts([message!.text]);
};

/** Creates and captures a PaymentIntent; its id. */
async function capturedPayment(checkout = CHECKOUT): Promise<string> {
  const { ref } = await createPayment("payment_intent", checkout);
  standIn.pay(ref, "captured");
  return ref;
}

describe("createPayment, for a checkout_session,", () => {
  test("sends all items, and our checkout id for both of Stripe's objects", async () => {
    const payment = await createPayment();
    const [{ body }] = posts(standIn.asked, SESSIONS) as [StripeStandIn["asked"][0]];
    expect(form(body)).toEqual({
      mode: "payment",
      client_reference_id: CHECKOUT.id,
      customer_email: "amina@example.com",
      "metadata[checkout_session_id]": CHECKOUT.id,
      "payment_intent_data[metadata][checkout_session_id]": CHECKOUT.id,
      "line_items[0][quantity]": "2",
      "line_items[0][price_data][currency]": "eur",
      "line_items[0][price_data][unit_amount]": "1225",
      "line_items[0][price_data][product_data][name]": "Mug",
      "line_items[1][quantity]": "1",
      "line_items[1][price_data][currency]": "eur",
      "line_items[1][price_data][unit_amount]": "1000",
      "line_items[1][price_data][product_data][name]": "Tea",
      expires_at: String(Math.floor(Date.parse(CHECKOUT.expires_at) / 1000)),
      ...REDIRECT_URLS,
    });
    expect(payment).toEqual({
      kind: "checkout_session",
      ref: expect.stringMatching(/^cs_test_/),
      redirect_url: `https://checkout.stripe.com/c/pay/${payment.ref}`,
      client_secret: null,
    });
  });
  test("returns the same session when it is called again, by its idempotency key", async () => {
    expect(await createPayment()).toEqual(await createPayment());
    expect(new Set(keys(SESSIONS)).size).toBe(1);
    expect(keys(SESSIONS)[0]).toContain(CHECKOUT.id);
  });
  test.each([
    ["is about to expire", 60_000, 31 * 60],
    ["has expired", -60_000, 31 * 60],
    ["is open for days", 3 * 86_400_000, 86_340],
  ])("limits the expiry of a checkout that %s to what Stripe allows", async (_, left, seconds) => {
    const before = Date.now() / 1000;
    await createPayment("checkout_session", { ...CHECKOUT, expires_at: new Date(Date.now() + left).toISOString() });
    const expiresAt = Number(form(posts(standIn.asked, SESSIONS)[0]!.body).expires_at);
    expect(expiresAt).toBeGreaterThan(before + seconds - 5);
    expect(expiresAt).toBeLessThan(Date.now() / 1000 + seconds + 5);
  });
});

describe("createPayment, for a payment_intent,", () => {
  test("sends the amount, and returns the client secret", async () => {
    const payment = await createPayment("payment_intent");
    const [{ body }] = posts(standIn.asked, INTENTS) as [StripeStandIn["asked"][0]];
    expect(form(body)).toEqual({
      amount: "3450",
      currency: "eur",
      "automatic_payment_methods[enabled]": "true",
      receipt_email: "amina@example.com",
      "metadata[checkout_session_id]": CHECKOUT.id,
    });
    expect(payment).toEqual({
      kind: "payment_intent",
      ref: expect.stringMatching(/^pi_/),
      redirect_url: null,
      client_secret: expect.stringMatching(new RegExp(`^${payment.ref}_secret_`)),
    });
  });
  test("returns the same intent when it is called again, with another idempotency key than a session", async () => {
    expect(await createPayment("payment_intent")).toEqual(await createPayment("payment_intent"));
    await createPayment();
    expect(keys(INTENTS)).toEqual([`${CHECKOUT.id}:payment_intent`, `${CHECKOUT.id}:payment_intent`]);
    expect(keys(SESSIONS)[0]).not.toBe(keys(INTENTS)[0]);
  });
});

describe("unsupportedReason", () => {
  test.each([
    [0, "EUR", "There is nothing to pay"],
    [100_000_000, "EUR", "more than can be paid by Stripe"],
    [1234, "KWD", "multiples of 10"],
    [1250, "ISK", "multiples of 100"],
    [1250, "UGX", "multiples of 100"],
  ])("of %d %s: %s", (total, currency, reason) =>
    expect(gateway.unsupportedReason(checkoutOf(total, currency))).toContain(reason),
  );
  test.each([
    [1, "EUR"],
    [99_999_999, "EUR"],
    [1230, "KWD"],
    [1200, "ISK"],
    [500, "XAF"],
  ])("of %d %s is null", (total, currency) =>
    expect(gateway.unsupportedReason(checkoutOf(total, currency))).toBeNull(),
  );
});

describe.each(["checkout_session", "payment_intent"] as const)("a %s", (kind) => {
  const expected = {
    checkout_session_id: CHECKOUT.id,
    amount_minor: 3450,
    currency: "EUR",
    email: "amina@example.com",
  };

  test("that is cancelled can no longer be paid", async () => {
    const { ref } = await createPayment(kind);
    await cancelPayment({ kind, ref });
    expect(() => standIn.pay(ref, "captured")).toThrow("nobody can pay");
    expect(await currentFacts(ref)).toMatchObject([
      { type: kind === "checkout_session" ? "checkout.expired" : "payment.cancelled" },
    ]);
  });
  test("can be cancelled twice", async () => {
    const { ref } = await createPayment(kind);
    await cancelPayment({ kind, ref });
    await cancelPayment({ kind, ref });
  });
  test("that is paid before it is cancelled stays paid, without an error", async () => {
    const { ref } = await createPayment(kind);
    standIn.pay(ref, "captured");
    await cancelPayment({ kind, ref });
    expect(await currentFacts(ref)).toMatchObject([{ type: "payment.captured" }]);
  });
  test("that Stripe does not have counts as cancelled", async () => {
    await cancelPayment({ kind, ref: kind === "checkout_session" ? "cs_test_none" : "pi_none" });
  });
  test("that is open and that Stripe refuses to cancel is an error", async () => {
    const { ref } = await createPayment(kind);
    const { handle } = standIn;
    standIn.handle = async (request, path) =>
      request.method === "POST"
        ? Response.json({ error: { message: "Not now." } }, { status: 400 })
        : await handle(request, path);
    expect(await failure(cancelPayment({ kind, ref }))).toMatchObject({
      code: "refused",
      message: expect.stringContaining("Not now."),
    });
  });

  test("that is paid is captured in each of its webhooks and in the API", async () => {
    const { ref } = await createPayment(kind);
    const captured = facts(standIn.pay(ref, "captured"));
    expect(captured.length).toBe(kind === "checkout_session" ? 2 : 1);
    for (const fact of captured) expect(fact).toMatchObject({ type: "payment.captured", ...expected });
    expect(new Set(captured.map((fact) => "provider_ref" in fact && fact.provider_ref)).size).toBe(1);
    expect(await currentFacts(ref)).toMatchObject([{ type: "payment.captured", ...expected }]);
  });
  test("that is declined can be paid with another card", async () => {
    const { ref } = await createPayment(kind);
    expect(facts(standIn.pay(ref, "failed"))).toMatchObject([
      { type: "payment.failed", ...expected, failure_code: "insufficient_funds" },
    ]);
    expect(facts(standIn.pay(ref, "captured"))[0]).toMatchObject({ type: "payment.captured", ...expected });
  });
  test.each([
    ["captured", "payment.captured"],
    ["failed", "payment.failed"],
  ] as const)("with a delayed payment method is pending first, then %s", async (outcome, type) => {
    const { ref } = await createPayment(kind);
    for (const fact of facts(standIn.pay(ref, "pending")))
      expect(fact).toMatchObject({ type: "payment.pending", ...expected });
    expect(await currentFacts(ref)).toMatchObject([{ type: "payment.pending" }]);
    const final = facts(standIn.pay(ref, outcome));
    expect(final.length).toBe(kind === "checkout_session" ? 2 : 1);
    for (const fact of final) expect(fact).toMatchObject({ type, ...expected });
  });
});

describe("refundPayment", () => {
  test("sends the payment and the request id, and returns the same facts as the webhook", async () => {
    const payment = await capturedPayment();
    const { ref, message } = await refundPayment(payment);
    const [{ body, headers }] = posts(standIn.asked, REFUNDS) as [StripeStandIn["asked"][0]];
    expect(form(body)).toEqual({
      payment_intent: payment,
      amount: "1000",
      "metadata[refund_request_id]": REFUND_REQUEST_ID,
    });
    expect(headers.get("idempotency-key")).toBe(REFUND_REQUEST_ID);
    const event = JSON.parse(message.text);
    expect(stripe.read(event)).toMatchObject({
      id: `confirmed:${ref}:succeeded`,
      type: "refund.updated",
      subject: ref,
    });
    expect(stripe.translate(event)).toMatchObject([
      {
        type: "refund.updated",
        provider_ref: ref,
        payment_ref: payment,
        amount_minor: 1000,
        currency: "EUR",
        status: "succeeded",
      },
    ]);
  });
  test.each([
    ["requested_by_customer", { reason: "requested_by_customer" }],
    ["arrived broken", { "metadata[reason]": "arrived broken" }],
    [null, {}],
  ])("sends the reason %j", async (reason, sent) => {
    const payment = await capturedPayment();
    await refundPayment(payment, { reason });
    const {
      amount,
      payment_intent,
      "metadata[refund_request_id]": id,
      ...rest
    } = form(posts(standIn.asked, REFUNDS)[0]!.body);
    expect(rest).toEqual(sent);
  });
  test("refunds the payment of a Checkout Session", async () => {
    const { ref } = await createPayment();
    standIn.pay(ref, "captured");
    expect(facts([(await refundPayment(ref)).message.text])).toMatchObject([
      { payment_ref: expect.stringMatching(/^pi_/) },
    ]);
  });
  test("refunds a charge that is older than PaymentIntents", async () => {
    const [body] = standIn.pay((await createPayment("payment_intent")).ref, "captured");
    const charge = JSON.parse(body!).data.object.latest_charge;
    await refundPayment(charge);
    expect(form(posts(standIn.asked, REFUNDS)[0]!.body)).toMatchObject({ charge, amount: "1000" });
  });
  test("refunds once when it is called again, with the same result", async () => {
    const payment = await capturedPayment();
    const first = await refundPayment(payment);
    const again = await refundPayment(payment);
    expect([again.ref, JSON.parse(again.message.text).id]).toEqual([first.ref, JSON.parse(first.message.text).id]);
    expect(posts(standIn.asked, REFUNDS)).toHaveLength(1);
  });
  test("refunds once after a lost response, also without the idempotency key", async () => {
    const payment = await capturedPayment();
    const { handle } = standIn;
    let lost = true;
    standIn.handle = async (request, path) => {
      const answer = await handle(request, path);
      return lost && request.method === "POST" ? new Response("gone", { status: 502 }) : answer;
    };
    expect(await failure(refundPayment(payment))).toMatchObject({ temporary: true });
    lost = false;
    const sent = posts(standIn.asked, REFUNDS).length;
    const { message } = await refundPayment(payment);
    expect(facts([message.text])).toMatchObject([{ amount_minor: 1000 }]);
    expect(posts(standIn.asked, REFUNDS)).toHaveLength(sent);
    // All that is left: the first refund was made once.
    expect(await refundPayment(payment, { request_id: "another", amount_minor: 2450 })).toBeTruthy();
  });
  test("makes another refund for another request", async () => {
    const payment = await capturedPayment();
    expect((await refundPayment(payment)).ref).not.toBe((await refundPayment(payment, { request_id: "another" })).ref);
  });
});

describe("an error of refundPayment says what to do,", () => {
  test("when the payment is fully refunded", async () => {
    const payment = await capturedPayment();
    await refundPayment(payment, { amount_minor: 3450 });
    const error = await failure(refundPayment(payment, { request_id: "another" }));
    expect(error).toMatchObject({
      code: "refused",
      temporary: false,
      details: { status: 400, issue: "charge_already_refunded" },
    });
    expect(error.message).toMatch(/has already been refunded\. All of it went back already/);
  });
  test("when the amount is more than what is left", async () => {
    const error = await failure(refundPayment(await capturedPayment(), { amount_minor: 3451 }));
    expect(error).toMatchObject({ code: "refused", message: expect.stringContaining("ask for less") });
  });
  test("when Stripe does not have the payment", async () => {
    expect((await failure(refundPayment("pi_none"))).message).toContain("Check that STRIPE_API_KEY");
  });
  test("when nothing is paid", async () => {
    const { ref } = await createPayment();
    expect(await failure(refundPayment(ref))).toMatchObject({
      code: "refused",
      message: expect.stringContaining("nothing was paid"),
    });
    expect((await failure(refundPayment((await createPayment("payment_intent")).ref))).message).toContain(
      "Stripe's dashboard",
    );
  });
});

describe("on an error, a call", () => {
  const createIntent = () => createPayment("payment_intent");
  test.each([
    ["a session", SESSIONS, () => createPayment()],
    ["a payment", INTENTS, createIntent],
    ["a refund", REFUNDS, async () => refundPayment(await capturedPayment())],
    [
      "cancelling",
      `${SESSIONS}/`,
      async () => cancelPayment({ kind: "checkout_session", ref: (await createPayment()).ref }),
    ],
  ])("is retried after a brief 500, with the same idempotency key: %s", async (_, path, call) => {
    const answers: number[] = [];
    const { handle } = standIn;
    standIn.handle = async (request, requestPath) => {
      const matches = request.method === "POST" && requestPath.startsWith(path);
      if (matches && answers.length === 0) standIn.fail({ kind: "500", path: requestPath });
      const answer = await handle(request, requestPath);
      if (matches) answers.push(answer.status);
      return answer;
    };
    await call();
    expect(answers).toEqual([500, 200]);
    const sent = standIn.asked.filter(({ method, path: sentPath }) => method === "POST" && sentPath.startsWith(path));
    expect(new Set(sent.map(({ headers }) => headers.get("idempotency-key"))).size).toBe(1);
  });
  test.each([
    ["429", { kind: "429", retryAfter: 30, times: 9 }, { code: "rate_limited", details: { retryAfterMs: 30_000 } }],
    ["500", { kind: "500", times: 9 }, { code: "unavailable" }],
    ["another shape", { kind: "wrong shape", times: 9 }, { code: "unexpected_answer" }],
    ["no JSON", { kind: "not json", times: 9 }, { code: "unexpected_answer" }],
  ] as const)("throws a temporary error after a lasting %s", async (_, fault, expected) => {
    const payment = await capturedPayment();
    const session = await createPayment();
    standIn.fail({ ...fault, times: 99 });
    const cancel = () => cancelPayment({ kind: "checkout_session", ref: session.ref });
    for (const call of [
      () => createPayment("checkout_session", checkoutOf(100, "EUR")),
      () => refundPayment(payment),
      cancel,
    ]) {
      expect(await failure(call())).toMatchObject({ temporary: true, ...expected });
    }
  });
  test("stops waiting for a response at its timeout", async () => {
    const payment = await capturedPayment();
    standIn.fail({ kind: "hang", times: 99 });
    for (const call of [
      () => createPayment("payment_intent", checkoutOf(1, "EUR"), timeout(200)),
      () => refundPayment(payment, {}, timeout(200)),
    ]) {
      expect(await failure(call())).toMatchObject({ code: "no_answer", message: expect.stringContaining("given up") });
    }
  });
  test("throws unauthorized when the key is not set", async () => {
    settings.STRIPE_API_KEY = "";
    expect(await failure(createPayment())).toMatchObject({ code: "unauthorized" });
    expect(gateway.requiredEnv).toEqual(["STRIPE_API_KEY"]);
  });
});

describe("the stand-in", () => {
  const post = async (path: string, body: string, key?: string) => {
    const headers = { authorization: "Bearer sk_test_x", ...(key && { "idempotency-key": key }) };
    const response = await fetch(server.url + path, { method: "POST", headers, body });
    return { ...((await response.json()) as { id: string }), status: response.status };
  };
  const FORM = "amount=100&currency=eur";

  test("repeats its response for the same key and body, and not without a key", async () => {
    const [first, again, other] = [
      await post(INTENTS, FORM, "k"),
      await post(INTENTS, FORM, "k"),
      await post(INTENTS, FORM),
    ];
    expect(again).toEqual(first);
    expect(other.id).not.toBe(first.id);
  });
  test("rejects the same key with another body", async () => {
    await post(INTENTS, FORM, "k");
    expect(await post(INTENTS, "amount=200&currency=eur", "k")).toMatchObject({
      status: 400,
      error: { type: "idempotency_error" },
    });
  });
  test.each([1000, 90_000])("rejects a session that expires in %d s", async (lifetime) => {
    const item =
      "line_items[0][quantity]=1&line_items[0][price_data][unit_amount]=5&line_items[0][price_data][currency]=eur";
    const expires_at = Math.floor(Date.now() / 1000) + lifetime;
    expect(await post(SESSIONS, `mode=payment&${item}&expires_at=${expires_at}`)).toMatchObject({ status: 400 });
  });
  test.each(["amount=0&currency=eur", "amount=1.5&currency=eur", "amount=100000000&currency=eur"])(
    "rejects a payment of %s",
    async (body) => {
      expect(await post(INTENTS, body)).toMatchObject({ status: 400 });
    },
  );
  test("lists the events of a payment as undelivered", async () => {
    const { ref } = await createPayment();
    standIn.pay(ref, "captured");
    const types: string[] = [];
    for await (const page of stripeHistory.listSince(
      env,
      new Date(Date.now() - 60_000),
      new Date(Date.now() + 60_000),
      timeout(),
    )) {
      types.push(...page.map(({ text }) => JSON.parse(text).type));
    }
    expect(types.sort()).toEqual(["checkout.session.completed", "payment_intent.succeeded"]);
  });
});
