/** Beginning, closing and refunding payments at Stripe: the official SDK against the stand-in, over real HTTP. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stripeGateway as gateway } from "../../../../functions/_shared/providers/stripe/gateway.ts";
import { stripeHistory } from "../../../../functions/_shared/providers/stripe/history.ts";
import { stripe } from "../../../../functions/_shared/providers/stripe/webhook.ts";
import { createStripe, type StripeStandIn } from "../../../../local/providers/stripe.ts";
import { type Mounted, mounted } from "../../mounted.ts";
import { BACK, CHECKOUT, failure, patience, posts, priced, REQUEST } from "../gateways.ts";

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

const start = (method = "checkout_session", checkout = CHECKOUT, signal = patience()) =>
  gateway.createPayment(env, checkout, BACK, method, signal);
const close = (started: { kind: "checkout_session" | "payment_intent"; ref: string }, signal = patience()) =>
  gateway.cancelPayment!(env, started, signal);
const refund = (payment_ref: string, asked = {}, signal = patience()) =>
  gateway.refundPayment!(
    env,
    { request_id: REQUEST, payment_ref, amount_minor: 1000, currency: "EUR", reason: null, ...asked },
    signal,
  );

const form = (body: string) => Object.fromEntries(new URLSearchParams(body));
const keys = (path: string) => posts(standIn.asked, path).map(({ headers }) => headers.get("idempotency-key"));
const facts = (bodies: string[]) => bodies.flatMap((body) => stripe.translate(JSON.parse(body)));
const standing = async (ref: string) => {
  const told = await stripeHistory.getStatus!(env, { kind: "payment", ref }, patience());
  return facts([told!.text]);
};

/** A payment that was made; its id. */
async function paid(checkout = CHECKOUT): Promise<string> {
  const { ref } = await start("payment_intent", checkout);
  standIn.pay(ref, "captured");
  return ref;
}

describe("a payment on Stripe's page", () => {
  test("is asked for with all that is bought, and names our checkout on both of Stripe's objects", async () => {
    const started = await start();
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
      ...BACK,
    });
    expect(started).toEqual({
      kind: "checkout_session",
      ref: expect.stringMatching(/^cs_test_/),
      redirect_url: `https://checkout.stripe.com/c/pay/${started.ref}`,
      client_secret: null,
    });
  });
  test("is the same when it is asked for again, under the same key", async () => {
    expect(await start()).toEqual(await start());
    expect(new Set(keys(SESSIONS)).size).toBe(1);
    expect(keys(SESSIONS)[0]).toContain(CHECKOUT.id);
  });
  test.each([
    ["is nearly over", 60_000, 31 * 60],
    ["is over", -60_000, 31 * 60],
    ["is open for days", 3 * 86_400_000, 86_340],
  ])("of a checkout that %s can be made for as long as Stripe allows", async (_, left, seconds) => {
    const before = Date.now() / 1000;
    await start("checkout_session", { ...CHECKOUT, expires_at: new Date(Date.now() + left).toISOString() });
    const asked = Number(form(posts(standIn.asked, SESSIONS)[0]!.body).expires_at);
    expect(asked).toBeGreaterThan(before + seconds - 5);
    expect(asked).toBeLessThan(Date.now() / 1000 + seconds + 5);
  });
});

describe("a payment in the storefront's own form", () => {
  test("is asked for by its amount, and answered with the form's secret", async () => {
    const started = await start("payment_intent");
    const [{ body }] = posts(standIn.asked, INTENTS) as [StripeStandIn["asked"][0]];
    expect(form(body)).toEqual({
      amount: "3450",
      currency: "eur",
      "automatic_payment_methods[enabled]": "true",
      receipt_email: "amina@example.com",
      "metadata[checkout_session_id]": CHECKOUT.id,
    });
    expect(started).toEqual({
      kind: "payment_intent",
      ref: expect.stringMatching(/^pi_/),
      redirect_url: null,
      client_secret: expect.stringMatching(new RegExp(`^${started.ref}_secret_`)),
    });
  });
  test("is the same when it is asked for again, and another than that on Stripe's page", async () => {
    expect(await start("payment_intent")).toEqual(await start("payment_intent"));
    await start();
    expect(keys(INTENTS)).toEqual([`${CHECKOUT.id}:payment_intent`, `${CHECKOUT.id}:payment_intent`]);
    expect(keys(SESSIONS)[0]).not.toBe(keys(INTENTS)[0]);
  });
});

describe("what cannot be paid at Stripe", () => {
  test.each([
    [0, "EUR", "There is nothing to pay"],
    [100_000_000, "EUR", "more than can be paid by Stripe"],
    [1234, "KWD", "multiples of 10"],
    [1250, "ISK", "multiples of 100"],
    [1250, "UGX", "multiples of 100"],
  ])("%d %s: %s", (total, currency, words) =>
    expect(gateway.unsupportedReason(priced(total, currency))).toContain(words),
  );
  test.each([
    [1, "EUR"],
    [99_999_999, "EUR"],
    [1230, "KWD"],
    [1200, "ISK"],
    [500, "XAF"],
  ])("is not %d %s", (total, currency) => expect(gateway.unsupportedReason(priced(total, currency))).toBeNull());
});

describe.each(["checkout_session", "payment_intent"] as const)("a begun %s", (kind) => {
  const ours = { checkout_session_id: CHECKOUT.id, amount_minor: 3450, currency: "EUR", email: "amina@example.com" };

  test("is closed: nobody can pay there any more", async () => {
    const { ref } = await start(kind);
    await close({ kind, ref });
    expect(() => standIn.pay(ref, "captured")).toThrow("nobody can pay");
    expect(await standing(ref)).toMatchObject([
      { type: kind === "checkout_session" ? "checkout.expired" : "payment.cancelled" },
    ]);
  });
  test("is closed twice without harm", async () => {
    const { ref } = await start(kind);
    await close({ kind, ref });
    await close({ kind, ref });
  });
  test("that was paid meanwhile stays paid, and that is no error", async () => {
    const { ref } = await start(kind);
    standIn.pay(ref, "captured");
    await close({ kind, ref });
    expect(await standing(ref)).toMatchObject([{ type: "payment.captured" }]);
  });
  test("that Stripe does not know is closed", async () => {
    await close({ kind, ref: kind === "checkout_session" ? "cs_test_none" : "pi_none" });
  });
  test("that Stripe does not close though it is open is an error", async () => {
    const { ref } = await start(kind);
    const { handle } = standIn;
    standIn.handle = async (request, path) =>
      request.method === "POST"
        ? Response.json({ error: { message: "Not now." } }, { status: 400 })
        : await handle(request, path);
    expect(await failure(close({ kind, ref }))).toMatchObject({
      code: "refused",
      message: expect.stringContaining("Not now."),
    });
  });

  test("and paid, says so in each of its webhooks, and when Stripe is asked", async () => {
    const { ref } = await start(kind);
    const said = facts(standIn.pay(ref, "captured"));
    expect(said.length).toBe(kind === "checkout_session" ? 2 : 1);
    for (const one of said) expect(one).toMatchObject({ type: "payment.captured", ...ours });
    expect(new Set(said.map((one) => "provider_ref" in one && one.provider_ref)).size).toBe(1);
    expect(await standing(ref)).toMatchObject([{ type: "payment.captured", ...ours }]);
  });
  test("and declined, can be paid with another card", async () => {
    const { ref } = await start(kind);
    expect(facts(standIn.pay(ref, "failed"))).toMatchObject([
      { type: "payment.failed", ...ours, failure_code: "insufficient_funds" },
    ]);
    expect(facts(standIn.pay(ref, "captured"))[0]).toMatchObject({ type: "payment.captured", ...ours });
  });
  test.each([
    ["captured", "payment.captured"],
    ["failed", "payment.failed"],
  ] as const)("and paid by a slow way, is on its way, and then %s", async (outcome, type) => {
    const { ref } = await start(kind);
    for (const one of facts(standIn.pay(ref, "pending")))
      expect(one).toMatchObject({ type: "payment.pending", ...ours });
    expect(await standing(ref)).toMatchObject([{ type: "payment.pending" }]);
    const said = facts(standIn.pay(ref, outcome));
    expect(said.length).toBe(kind === "checkout_session" ? 2 : 1);
    for (const one of said) expect(one).toMatchObject({ type, ...ours });
  });
});

describe("a refund", () => {
  test("is asked for by the payment, under its request's id, and told like its webhook", async () => {
    const payment = await paid();
    const { ref, message } = await refund(payment);
    const [{ body, headers }] = posts(standIn.asked, REFUNDS) as [StripeStandIn["asked"][0]];
    expect(form(body)).toEqual({ payment_intent: payment, amount: "1000", "metadata[refund_request_id]": REQUEST });
    expect(headers.get("idempotency-key")).toBe(REQUEST);
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
  ])("for the reason %j", async (reason, sent) => {
    const payment = await paid();
    await refund(payment, { reason });
    const {
      amount,
      payment_intent,
      "metadata[refund_request_id]": id,
      ...rest
    } = form(posts(standIn.asked, REFUNDS)[0]!.body);
    expect(rest).toEqual(sent);
  });
  test("of what was paid on Stripe's page goes to its payment", async () => {
    const { ref } = await start();
    standIn.pay(ref, "captured");
    expect(facts([(await refund(ref)).message.text])).toMatchObject([{ payment_ref: expect.stringMatching(/^pi_/) }]);
  });
  test("of a charge from before PaymentIntents names the charge", async () => {
    const [body] = standIn.pay((await start("payment_intent")).ref, "captured");
    const charge = JSON.parse(body!).data.object.latest_charge;
    await refund(charge);
    expect(form(posts(standIn.asked, REFUNDS)[0]!.body)).toMatchObject({ charge, amount: "1000" });
  });
  test("that is asked for again gives back once, and is told as the same", async () => {
    const payment = await paid();
    const first = await refund(payment);
    const again = await refund(payment);
    expect([again.ref, JSON.parse(again.message.text).id]).toEqual([first.ref, JSON.parse(first.message.text).id]);
    expect(posts(standIn.asked, REFUNDS)).toHaveLength(1);
  });
  test("whose answer was lost gives back once, also when Stripe has forgotten the key", async () => {
    const payment = await paid();
    const { handle } = standIn;
    let lost = true;
    standIn.handle = async (request, path) => {
      const answer = await handle(request, path);
      return lost && request.method === "POST" ? new Response("gone", { status: 502 }) : answer;
    };
    expect(await failure(refund(payment))).toMatchObject({ temporary: true });
    lost = false;
    const sent = posts(standIn.asked, REFUNDS).length;
    const { message } = await refund(payment);
    expect(facts([message.text])).toMatchObject([{ amount_minor: 1000 }]);
    expect(posts(standIn.asked, REFUNDS)).toHaveLength(sent);
    expect(await refund(payment, { request_id: "another", amount_minor: 2450 })).toBeTruthy(); // all that is left: it went back once
  });
  test("of another request is another", async () => {
    const payment = await paid();
    expect((await refund(payment)).ref).not.toBe((await refund(payment, { request_id: "another" })).ref);
  });
});

describe("Stripe will not refund, and it is said what can be done,", () => {
  test("when all went back", async () => {
    const payment = await paid();
    await refund(payment, { amount_minor: 3450 });
    const error = await failure(refund(payment, { request_id: "another" }));
    expect(error).toMatchObject({
      code: "refused",
      temporary: false,
      details: { status: 400, issue: "charge_already_refunded" },
    });
    expect(error.message).toMatch(/has already been refunded\. All of it went back already/);
  });
  test("when it is more than is left", async () => {
    const error = await failure(refund(await paid(), { amount_minor: 3451 }));
    expect(error).toMatchObject({ code: "refused", message: expect.stringContaining("ask for less") });
  });
  test("when it does not know the payment", async () => {
    expect((await failure(refund("pi_none"))).message).toContain("Check that STRIPE_API_KEY");
  });
  test("when nothing was paid", async () => {
    const { ref } = await start();
    expect(await failure(refund(ref))).toMatchObject({
      code: "refused",
      message: expect.stringContaining("nothing was paid"),
    });
    expect((await failure(refund((await start("payment_intent")).ref))).message).toContain("Stripe's dashboard");
  });
});

describe("what goes wrong", () => {
  const begun = () => start("payment_intent");
  test.each([
    ["a session", SESSIONS, () => start()],
    ["a payment", INTENTS, begun],
    ["a refund", REFUNDS, async () => refund(await paid())],
    ["closing", `${SESSIONS}/`, async () => close({ kind: "checkout_session", ref: (await start()).ref })],
  ])("for a moment, is waited out under the same key: %s", async (_, path, doing) => {
    const answers: number[] = [];
    const { handle } = standIn;
    standIn.handle = async (request, at) => {
      const isIt = request.method === "POST" && at.startsWith(path);
      if (isIt && answers.length === 0) standIn.fail({ kind: "500", path: at });
      const answer = await handle(request, at);
      if (isIt) answers.push(answer.status);
      return answer;
    };
    await doing();
    expect(answers).toEqual([500, 200]);
    const sent = standIn.asked.filter(({ method, path: at }) => method === "POST" && at.startsWith(path));
    expect(new Set(sent.map(({ headers }) => headers.get("idempotency-key"))).size).toBe(1);
  });
  test.each([
    ["429", { kind: "429", retryAfter: 30, times: 9 }, { code: "rate_limited", details: { retryAfterMs: 30_000 } }],
    ["500", { kind: "500", times: 9 }, { code: "unavailable" }],
    ["another shape", { kind: "wrong shape", times: 9 }, { code: "unexpected_answer" }],
    ["no JSON", { kind: "not json", times: 9 }, { code: "unexpected_answer" }],
  ] as const)("for longer (%s) may be tried later", async (_, fault, expected) => {
    const payment = await paid();
    const session = await start();
    standIn.fail({ ...fault, times: 99 });
    const closing = () => close({ kind: "checkout_session", ref: session.ref });
    for (const doing of [() => start("checkout_session", priced(100, "EUR")), () => refund(payment), closing]) {
      expect(await failure(doing())).toMatchObject({ temporary: true, ...expected });
    }
  });
  test("no answer is waited for no longer than there is time", async () => {
    const payment = await paid();
    standIn.fail({ kind: "hang", times: 99 });
    for (const doing of [
      () => start("payment_intent", priced(1, "EUR"), patience(200)),
      () => refund(payment, {}, patience(200)),
    ]) {
      expect(await failure(doing())).toMatchObject({ code: "no_answer", message: expect.stringContaining("given up") });
    }
  });
  test("no key", async () => {
    settings.STRIPE_API_KEY = "";
    expect(await failure(start())).toMatchObject({ code: "unauthorized" });
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

  test("answers the same key and body the same, without a key anew", async () => {
    const [first, again, other] = [
      await post(INTENTS, FORM, "k"),
      await post(INTENTS, FORM, "k"),
      await post(INTENTS, FORM),
    ];
    expect(again).toEqual(first);
    expect(other.id).not.toBe(first.id);
  });
  test("refuses the same key for something else", async () => {
    await post(INTENTS, FORM, "k");
    expect(await post(INTENTS, "amount=200&currency=eur", "k")).toMatchObject({
      status: 400,
      error: { type: "idempotency_error" },
    });
  });
  test.each([1000, 90_000])("refuses a session that lives for %d s", async (lives) => {
    const item =
      "line_items[0][quantity]=1&line_items[0][price_data][unit_amount]=5&line_items[0][price_data][currency]=eur";
    const expires_at = Math.floor(Date.now() / 1000) + lives;
    expect(await post(SESSIONS, `mode=payment&${item}&expires_at=${expires_at}`)).toMatchObject({ status: 400 });
  });
  test.each(["amount=0&currency=eur", "amount=1.5&currency=eur", "amount=100000000&currency=eur"])(
    "refuses a payment of %s",
    async (body) => {
      expect(await post(INTENTS, body)).toMatchObject({ status: 400 });
    },
  );
  test("lists what happened as events that nobody took", async () => {
    const { ref } = await start();
    standIn.pay(ref, "captured");
    const types: string[] = [];
    for await (const page of stripeHistory.listSince(
      env,
      new Date(Date.now() - 60_000),
      new Date(Date.now() + 60_000),
      patience(),
    )) {
      types.push(...page.map(({ text }) => JSON.parse(text).type));
    }
    expect(types.sort()).toEqual(["checkout.session.completed", "payment_intent.succeeded"]);
  });
});
