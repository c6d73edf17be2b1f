/** Beginning and closing payments at Fapshi: against the stand-in, over real HTTP. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fapshiGateway as gateway } from "../../../../functions/_shared/providers/fapshi/gateway.ts";
import { fapshiHistory } from "../../../../functions/_shared/providers/fapshi/history.ts";
import { fapshi } from "../../../../functions/_shared/providers/fapshi/webhook.ts";
import { createFapshi, type FapshiStandIn } from "../../../../local/providers/fapshi.ts";
import { type Mounted, mounted } from "../../mounted.ts";
import { BACK, CHECKOUT, failure, givesUpOnce, patience, posts, priced } from "../gateways.ts";

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

const start = (checkout = IN_XAF, signal = patience()) => gateway.createPayment(env, checkout, BACK, "link", signal);
const close = (ref: string, signal = patience()) => gateway.cancelPayment!(env, { kind: "transaction", ref }, signal);
const facts = (bodies: string[]) => bodies.flatMap((body) => fapshi.translate(JSON.parse(body)));
const standing = async (ref: string) =>
  facts([(await fapshiHistory.getStatus!(env, { kind: "payment", ref }, patience()))!.text]);
const initiated = () => posts(standIn.asked, "/initiate-pay");

describe("a link to pay", () => {
  test("is asked for with the amount, our checkout and what is bought", async () => {
    const started = await start();
    const [{ body, headers }] = initiated() as [FapshiStandIn["asked"][0]];
    expect(JSON.parse(body)).toEqual({
      amount: 30_000,
      email: "amina@example.com",
      redirectUrl: BACK.success_url,
      externalId: CHECKOUT.id,
      message: "2 × Mug, Tea",
    });
    expect([headers.get("apiuser"), headers.get("apikey")]).toEqual(["user", "key"]);
    const [transaction] = standIn.transactions.values();
    expect(started).toEqual({
      kind: "transaction",
      ref: transaction!.transId,
      redirect_url: expect.stringMatching(/^https:\/\/checkout\.fapshi\.com\/payment\//),
      client_secret: null,
    });
  });
  test("says at most so much of what is bought", async () => {
    await start({ ...IN_XAF, items: Array.from({ length: 100 }, () => IN_XAF.items[0]!) });
    expect(JSON.parse(initiated()[0]!.body).message).toHaveLength(200);
  });
  test.each(["500", "429", "not json", "wrong shape", "hang"] as const)(
    "is asked for once, whatever comes back: %s",
    async (kind) => {
      standIn.fail({ kind, times: 9 });
      const signal = kind === "hang" ? givesUpOnce(() => initiated().length > 0) : patience();
      expect(await failure(start(IN_XAF, signal))).toMatchObject({ temporary: true });
      expect(initiated()).toHaveLength(1);
    },
  );
  test("of an amount that Fapshi refuses is an error for good", async () => {
    const error = await failure(start({ ...IN_XAF, total_minor: 99 }));
    expect(error).toMatchObject({
      code: "refused",
      temporary: false,
      message: expect.stringContaining("less than 100 XAF"),
    });
  });
  test.each(["FAPSHI_API_USER", "FAPSHI_API_KEY"])("is not asked for without %s", async (name) => {
    settings[name] = "";
    expect(gateway.requiredEnv).toContain(name);
    expect(await failure(start())).toMatchObject({ code: "unauthorized" });
    expect(standIn.asked).toEqual([]);
  });
});

describe("what cannot be paid at Fapshi", () => {
  test.each([
    [0, "XAF", "There is nothing to pay"],
    [99, "XAF", "takes 100 XAF or more, and this is 99 XAF"],
    [5000, "EUR", "takes XAF only, and this is in EUR"],
  ])("%d %s: %s", (total, currency, words) =>
    expect(gateway.unsupportedReason(priced(total, currency))).toContain(words),
  );
  test("is not 100 XAF", () => expect(gateway.unsupportedReason(priced(100, "XAF"))).toBeNull());
  test("is a refund: Fapshi has none", () => expect(gateway.refundPayment).toBeUndefined());
});

describe("a begun link", () => {
  const ours = { checkout_session_id: CHECKOUT.id, amount_minor: 30_000, currency: "XAF" };

  test("and paid, says so in its webhook, and when Fapshi is asked", async () => {
    const { ref } = await start();
    expect(facts(standIn.pay(ref, "captured"))).toMatchObject([
      { type: "payment.captured", provider_ref: ref, ...ours },
    ]);
    expect(await standing(ref)).toMatchObject([{ type: "payment.captured", ...ours }]);
    expect(() => standIn.pay(ref, "failed")).toThrow("nobody can pay");
  });
  test("that failed can be paid after all", async () => {
    const { ref } = await start();
    expect(facts(standIn.pay(ref, "failed"))).toMatchObject([{ type: "payment.failed", ...ours }]);
    expect(facts(standIn.pay(ref, "captured"))).toMatchObject([{ type: "payment.captured" }]);
  });
  test("that is being paid is told of only when Fapshi is asked", async () => {
    const { ref } = await start();
    expect(standIn.pay(ref, "pending")).toEqual([]);
    expect(await standing(ref)).toMatchObject([{ type: "payment.pending" }]);
  });

  test("is closed: nobody can pay there any more", async () => {
    const { ref } = await start();
    await close(ref);
    expect(JSON.parse(posts(standIn.asked, "/expire-pay")[0]!.body)).toEqual({ transId: ref });
    expect(() => standIn.pay(ref, "captured")).toThrow("nobody can pay");
  });
  test("is closed twice without harm", async () => {
    const { ref } = await start();
    await close(ref);
    await close(ref);
  });
  test("that was paid meanwhile stays paid, and that is no error", async () => {
    const { ref } = await start();
    standIn.pay(ref, "captured");
    await close(ref);
    expect(standIn.transactions.get(ref)!.status).toBe("SUCCESSFUL");
  });
  test("that Fapshi does not know is closed", async () => await close("unknown00"));
  test("that Fapshi does not close though it is open is an error", async () => {
    const { ref } = await start();
    const { handle } = standIn;
    standIn.handle = async (request, path) =>
      path === "/expire-pay" ? Response.json({ message: "not now" }, { status: 400 }) : await handle(request, path);
    expect(await failure(close(ref))).toMatchObject({ code: "refused", message: expect.stringContaining("not now") });
  });
  test("is closed in spite of a moment of 500, for that may be asked twice", async () => {
    const { ref } = await start();
    standIn.fail({ kind: "500", path: "/expire-pay" });
    await close(ref);
    expect(posts(standIn.asked, "/expire-pay")).toHaveLength(2);
  });
  test.each(["429", "500", "not json", "hang"] as const)(
    "that could not be closed (%s) may be closed later",
    async (kind) => {
      const { ref } = await start();
      standIn.fail({ kind, times: 99, retryAfter: 30 });
      const signal = kind === "hang" ? patience(100) : patience();
      expect(await failure(close(ref, signal))).toMatchObject({ temporary: true });
    },
  );
  test("is not closed with credentials that Fapshi does not take", async () => {
    const { ref } = await start();
    standIn.handle = async () => Response.json({ message: "invalid api credentials" }, { status: 403 });
    expect(await failure(close(ref))).toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining("Check FAPSHI_API_USER"),
    });
  });
});
