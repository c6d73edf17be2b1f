/** Creating and cancelling payments at Fapshi, against the stand-in over HTTP. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fapshiGateway as gateway } from "../../../../functions/_shared/providers/fapshi/gateway.ts";
import { fapshiHistory } from "../../../../functions/_shared/providers/fapshi/history.ts";
import { fapshi } from "../../../../functions/_shared/providers/fapshi/webhook.ts";
import { createFapshi, type FapshiStandIn } from "../../../../local/providers/fapshi.ts";
import { type Mounted, mounted } from "../../mounted.ts";
import { abortOnce, CHECKOUT, checkoutOf, failure, posts, REDIRECT_URLS, timeout } from "../gateways.ts";
import { translate } from "../translate.ts";

let standIn: FapshiStandIn;
let server: Mounted;
let settings: Record<string, string>;
const env = (name: string) => settings[name];

beforeEach(async () => {
  standIn = createFapshi();
  server = await mounted({ fapshi: standIn });
  settings = { FAPSHI_BASE_URL: server.url, FAPSHI_API_USER: "user", FAPSHI_API_KEY: "key" };
});
afterEach(() => server.stop());

const IN_XAF = { ...CHECKOUT, total_minor: 30_000, currency: "XAF" };

const createPayment = (checkout = IN_XAF, signal = timeout()) =>
  gateway.createPayment(env, checkout, REDIRECT_URLS, "link", signal);
const cancelPayment = (ref: string, signal = timeout()) =>
  gateway.cancelPayment!(env, { kind: "transaction", ref }, signal);
const facts = (bodies: string[]) => bodies.flatMap((body) => translate(fapshi, JSON.parse(body)));
const currentFacts = async (ref: string) =>
  facts([(await fapshiHistory.getStatus!(env, { kind: "payment", ref }, timeout()))!.text]);
const linkRequests = () => posts(standIn.asked, "/initiate-pay");

describe("createPayment", () => {
  test("requests a link with the amount, our checkout id and the items", async () => {
    const payment = await createPayment();
    const [{ body, headers }] = linkRequests() as [FapshiStandIn["asked"][0]];
    expect(JSON.parse(body)).toEqual({
      amount: 30_000,
      email: "amina@example.com",
      redirectUrl: REDIRECT_URLS.success_url,
      externalId: CHECKOUT.id,
      message: "2 × Mug, Tea",
    });
    expect([headers.get("apiuser"), headers.get("apikey")]).toEqual(["user", "key"]);
    const [transaction] = standIn.transactions.values();
    expect(payment).toEqual({
      kind: "transaction",
      ref: transaction!.transId,
      redirect_url: expect.stringMatching(/^https:\/\/checkout\.fapshi\.com\/payment\//),
      client_secret: null,
    });
  });
  test("limits the description of the items to 200 characters", async () => {
    await createPayment({ ...IN_XAF, items: Array.from({ length: 100 }, () => IN_XAF.items[0]!) });
    expect(JSON.parse(linkRequests()[0]!.body).message).toHaveLength(200);
  });
  test.each(["500", "429", "not json", "wrong shape", "hang"] as const)(
    "sends one request only, whatever the response: %s",
    async (kind) => {
      standIn.fail({ kind, times: 9 });
      const signal = kind === "hang" ? abortOnce(() => linkRequests().length > 0) : timeout();
      expect(await failure(createPayment(IN_XAF, signal))).toMatchObject({ temporary: true });
      expect(linkRequests()).toHaveLength(1);
    },
  );
  test("throws a permanent error for an amount that Fapshi refuses", async () => {
    const error = await failure(createPayment({ ...IN_XAF, total_minor: 99 }));
    expect(error).toMatchObject({
      code: "refused",
      temporary: false,
      message: expect.stringContaining("less than 100 XAF"),
    });
  });
  test.each(["FAPSHI_API_USER", "FAPSHI_API_KEY"])("sends no request without %s", async (name) => {
    settings[name] = "";
    expect(gateway.requiredEnv).toContain(name);
    expect(await failure(createPayment())).toMatchObject({ code: "unauthorized" });
    expect(standIn.asked).toEqual([]);
  });
});

describe("unsupportedReason", () => {
  test.each([
    [0, "XAF", "There is nothing to pay"],
    [99, "XAF", "takes 100 XAF or more, and this is 99 XAF"],
    [5000, "EUR", "takes XAF only, and this is in EUR"],
  ])("of %d %s: %s", (total, currency, reason) =>
    expect(gateway.unsupportedReason(checkoutOf(total, currency))).toContain(reason),
  );
  test("of 100 XAF is null", () => expect(gateway.unsupportedReason(checkoutOf(100, "XAF"))).toBeNull());
  test("has no refundPayment beside it: Fapshi has no refunds", () => expect(gateway.refundPayment).toBeUndefined());
});

describe("a payment link", () => {
  const expected = { checkout_session_id: CHECKOUT.id, amount_minor: 30_000, currency: "XAF" };

  test("that is paid is captured in its webhook and in the API", async () => {
    const { ref } = await createPayment();
    expect(facts(standIn.pay(ref, "captured"))).toMatchObject([
      { type: "payment.captured", provider_ref: ref, ...expected },
    ]);
    expect(await currentFacts(ref)).toMatchObject([{ type: "payment.captured", ...expected }]);
    expect(() => standIn.pay(ref, "failed")).toThrow("nobody can pay");
  });
  test("that failed can still be paid", async () => {
    const { ref } = await createPayment();
    expect(facts(standIn.pay(ref, "failed"))).toMatchObject([{ type: "payment.failed", ...expected }]);
    expect(facts(standIn.pay(ref, "captured"))).toMatchObject([{ type: "payment.captured" }]);
  });
  test("that is being paid is pending in the API, without a webhook", async () => {
    const { ref } = await createPayment();
    expect(standIn.pay(ref, "pending")).toEqual([]);
    expect(await currentFacts(ref)).toMatchObject([{ type: "payment.pending" }]);
  });

  test("that is cancelled can no longer be paid", async () => {
    const { ref } = await createPayment();
    await cancelPayment(ref);
    expect(JSON.parse(posts(standIn.asked, "/expire-pay")[0]!.body)).toEqual({ transId: ref });
    expect(() => standIn.pay(ref, "captured")).toThrow("nobody can pay");
  });
  test("can be cancelled twice", async () => {
    const { ref } = await createPayment();
    await cancelPayment(ref);
    await cancelPayment(ref);
  });
  test("that is paid before it is cancelled stays paid, without an error", async () => {
    const { ref } = await createPayment();
    standIn.pay(ref, "captured");
    await cancelPayment(ref);
    expect(standIn.transactions.get(ref)!.status).toBe("SUCCESSFUL");
  });
  test("that Fapshi does not have counts as cancelled", async () => await cancelPayment("unknown00"));
  test("that is open and that Fapshi refuses to cancel is an error", async () => {
    const { ref } = await createPayment();
    const { handle } = standIn;
    standIn.handle = async (request, path) =>
      path === "/expire-pay" ? Response.json({ message: "not now" }, { status: 400 }) : await handle(request, path);
    expect(await failure(cancelPayment(ref))).toMatchObject({
      code: "refused",
      message: expect.stringContaining("not now"),
    });
  });
  test("is cancelled after a retry of a brief 500", async () => {
    const { ref } = await createPayment();
    standIn.fail({ kind: "500", path: "/expire-pay" });
    await cancelPayment(ref);
    expect(posts(standIn.asked, "/expire-pay")).toHaveLength(2);
  });
  test.each(["429", "500", "not json", "hang"] as const)(
    "that cannot be cancelled (%s) may be cancelled later",
    async (kind) => {
      const { ref } = await createPayment();
      standIn.fail({ kind, times: 99, retryAfter: 30 });
      const signal = kind === "hang" ? timeout(100) : timeout();
      expect(await failure(cancelPayment(ref, signal))).toMatchObject({ temporary: true });
    },
  );
  test("is not cancelled with credentials that Fapshi refuses", async () => {
    const { ref } = await createPayment();
    standIn.handle = async () => Response.json({ message: "invalid api credentials" }, { status: 403 });
    expect(await failure(cancelPayment(ref))).toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining("Check FAPSHI_API_USER"),
    });
  });
});
