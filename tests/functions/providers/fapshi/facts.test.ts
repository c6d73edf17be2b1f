/** The facts of every Fapshi fixture and of every type of transaction. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checked, type Fact } from "../../../../functions/_shared/facts/facts.ts";
import { fapshi } from "../../../../functions/_shared/providers/fapshi/webhook.ts";
import { fapshiEvent, fapshiHeaders, fapshiTypes, fapshi as sender } from "../../../../simulator/providers/fapshi.ts";
import { translate } from "../translate.ts";

const FIXTURES = new URL("../../../fixtures/fapshi/", import.meta.url);
const fixture = (name: string) => readFileSync(new URL(`${name}.json`, FIXTURES), "utf8");

const PAYMENT = {
  provider_ref: "ll7J2fl4",
  checkout_session_id: null,
  amount_minor: 30000,
  currency: "XAF",
  customer_ref: "user_7b0c2f0e",
  email: "amina.buyer@example.com",
};
const INITIATED_AT = "2026-11-20T09:58:41.112Z";
const CONFIRMED_AT = "2026-11-20T10:00:03.450Z";

const EXPECTED: Record<string, Fact[]> = {
  "payment-status.created": [{ type: "payment.created", occurred_at: INITIATED_AT, ...PAYMENT }],
  "payment-status.pending": [{ type: "payment.pending", occurred_at: INITIATED_AT, ...PAYMENT }],
  successful: [{ type: "payment.captured", occurred_at: CONFIRMED_AT, ...PAYMENT }],
  "successful.orange-money": [
    { type: "payment.captured", occurred_at: CONFIRMED_AT, ...PAYMENT, provider_ref: "k9QwZx3Bp", amount_minor: 5000 },
  ],
  failed: [
    {
      type: "payment.failed",
      occurred_at: INITIATED_AT,
      ...PAYMENT,
      provider_ref: "Wd84kLm2",
      failure_code: null,
      failure_message: null,
    },
  ],
  expired: [{ type: "payment.expired", occurred_at: INITIATED_AT, ...PAYMENT, provider_ref: "Pz71HhQe" }],
  "payout.failed": [],
};

describe("translate", () => {
  test.each(Object.entries(EXPECTED))("translates the fixture %s", (name, facts) => {
    expect(checked(translate(fapshi, fapshi.parse(fixture(name))))).toEqual(facts);
  });
  test("is tested with every fixture", () => {
    const others = [
      "error.403",
      "error.404",
      "initiate-pay.request",
      "initiate-pay.response",
      "webhook-request.headers",
    ];
    const files = readdirSync(FIXTURES).map((file) => file.replace(/\.json$/, ""));
    expect(files.sort()).toEqual([...Object.keys(EXPECTED), ...others].sort());
  });
});

/** The fact of a transaction with these fields; undefined removes a field. */
function factOf(type: string, fields: Record<string, unknown> = {}) {
  return checked(translate(fapshi, JSON.parse(fapshiEvent(type, fields))))[0] ?? null;
}
const SESSION = "1f0e9b52-6c0f-4a7e-8f0a-3b1f5f7d2c11";

describe("translate, for a transaction", () => {
  test.each([
    ["SUCCESSFUL", "payment.captured"],
    ["FAILED", "payment.failed"],
    ["EXPIRED", "payment.expired"],
    ["payout.FAILED", undefined],
  ])("of npm run send, %s, returns %s", (type, expectedType) => expect(factOf(type)?.type).toBe(expectedType));

  test.each(["Payout", "PAYOUT", "payout"])("of type %s, returns no fact, whatever its status", (transType) => {
    for (const status of ["CREATED", "PENDING", "SUCCESSFUL", "FAILED", "EXPIRED"])
      expect(factOf("SUCCESSFUL", { transType, status })).toBeNull();
  });
  test.each([undefined, null, "collection"])("with transType %j, returns a payment", (transType) => {
    expect(factOf("SUCCESSFUL", { transType })).toMatchObject({ type: "payment.captured" });
  });
  test("that failed and then succeeded, returns two facts about the same payment", () => {
    const [failed, succeeded] = ["FAILED", "SUCCESSFUL"].map(
      (type) => translate(fapshi, JSON.parse(fapshiEvent(type, {}, "one")))[0],
    );
    const { transId } = JSON.parse(fapshiEvent("SUCCESSFUL", {}, "one"));
    expect(failed).toMatchObject({ type: "payment.failed", provider_ref: transId });
    expect(succeeded).toMatchObject({ type: "payment.captured", provider_ref: transId });
  });
  test("that failed, returns the reason", () => {
    expect(factOf("FAILED", { reason: "LOW_BALANCE_OR_PAYEE_LIMIT_REACHED" })).toMatchObject({
      failure_message: "LOW_BALANCE_OR_PAYEE_LIMIT_REACHED",
    });
  });

  test("returns our checkout session from externalId, in any letter case", () => {
    expect(factOf("SUCCESSFUL", { externalId: SESSION })).toMatchObject({ checkout_session_id: SESSION });
    expect(factOf("SUCCESSFUL", { externalId: SESSION.toUpperCase() })).toMatchObject({ checkout_session_id: SESSION });
  });
  test.each(["ord_01JD2Q9X6V8M", "", null, undefined, 7, `${SESSION}0`])(
    "returns no checkout session for externalId %j",
    (externalId) => {
      expect(factOf("SUCCESSFUL", { externalId })).toMatchObject({ checkout_session_id: null });
    },
  );

  test.each([null, undefined])("accepts %j for payer, e-mail, customer and reason", (empty) => {
    const fields = {
      medium: empty,
      payerName: empty,
      email: empty,
      userId: empty,
      externalId: empty,
      reason: empty,
    };
    expect(factOf("FAILED", { ...fields, redirectUrl: empty, financialTransId: empty, revenue: empty })).toMatchObject({
      checkout_session_id: null,
      customer_ref: null,
      email: null,
      failure_message: null,
    });
  });
  test("with any text, returns it without characters that Postgres cannot store", () => {
    expect(factOf("FAILED", { reason: "Échec 🎓\0 \ud800", email: "été@example.cm" })).toMatchObject({
      failure_message: "Échec 🎓 \uFFFD",
      email: "été@example.cm",
    });
  });

  test.each([100, 30000, "30000", 0, 900_000_000])("of %j francs, returns the amount as minor units", (amount) => {
    expect(factOf("SUCCESSFUL", { amount })).toMatchObject({ amount_minor: Number(amount), currency: "XAF" });
  });
  test("with dates without a time, returns midnight", () => {
    expect(factOf("SUCCESSFUL", { dateInitiated: "2026-11-19", dateConfirmed: "2026-11-20" })).toMatchObject({
      occurred_at: "2026-11-20T00:00:00.000Z",
    });
    expect(factOf("EXPIRED", { dateInitiated: "2026-11-19", dateConfirmed: null })).toMatchObject({
      occurred_at: "2026-11-19T00:00:00.000Z",
    });
  });

  test.each([
    { dateConfirmed: "25/06/2025", dateInitiated: null },
    { dateConfirmed: undefined, dateInitiated: undefined },
    { dateConfirmed: null, dateInitiated: 5 },
  ])("without a time that can be read, %j, is no less paid: as of now", (dates) => {
    const before = new Date().toISOString();
    const fact = factOf("SUCCESSFUL", dates)!;
    expect(fact.type).toBe("payment.captured");
    expect(fact.occurred_at! >= before && fact.occurred_at! <= new Date().toISOString()).toBe(true);
  });
  test("with one date that cannot be read, returns the other", () => {
    const dates = { dateConfirmed: "yesterday", dateInitiated: "2026-11-19" };
    expect(factOf("SUCCESSFUL", dates)).toMatchObject({ occurred_at: "2026-11-19T00:00:00.000Z" });
  });

  test.each([
    [{ amount: 30000.5 }, "SUCCESSFUL: amount: expected a whole amount of XAF, 0 or more, found 30000.5"],
    [{ amount: -1 }, "SUCCESSFUL: amount: expected a whole amount of XAF, 0 or more, found -1"],
    [{ amount: "30,000" }, 'SUCCESSFUL: amount: expected a whole amount of XAF, 0 or more, found "30,000"'],
    [
      { amount: "1".repeat(16) },
      'SUCCESSFUL: amount: expected a whole amount of XAF, 0 or more, found "1111111111111111"',
    ],
    [{ amount: null }, "SUCCESSFUL: amount: expected a whole amount of XAF, 0 or more, found null"],
    [{ transType: "Reversal" }, 'SUCCESSFUL: transType: expected one of COLLECTION, PAYOUT, found "Reversal"'],
    [{ userId: { id: 5 } }, "SUCCESSFUL: userId: expected an id of 1 to 255 printable characters, found an object"],
    [{ email: 5 }, "SUCCESSFUL: email: expected text, found 5"],
  ])("with %j, throws an error that names the field", (fields, message) =>
    expect(() => factOf("SUCCESSFUL", fields)).toThrow(new Error(message)),
  );
});

describe("npm run send -- fapshi", () => {
  const parsed = (...args: Parameters<typeof fapshiEvent>) => JSON.parse(fapshiEvent(...args));

  test("offers the types that Fapshi sends", () => {
    expect(sender.types).toBe(fapshiTypes);
    expect(fapshiTypes).toEqual(["EXPIRED", "FAILED", "SUCCESSFUL", "payout.FAILED"]);
  });
  test("makes transactions with the current time", () => {
    const before = Date.now();
    const { dateInitiated, dateConfirmed } = parsed("SUCCESSFUL");
    expect(Date.parse(dateConfirmed)).toBeGreaterThan(before - 5000);
    expect(Date.parse(dateConfirmed)).toBeLessThan(Date.now() + 5000);
    expect(Date.parse(dateConfirmed) - Date.parse(dateInitiated)).toBe(
      Date.parse(CONFIRMED_AT) - Date.parse(INITIATED_AT),
    );
    expect(parsed("FAILED").dateConfirmed).toBeNull();
  });
  test("makes a new transaction each time, but the same one for the same sale", () => {
    expect(parsed("SUCCESSFUL").transId).not.toBe(parsed("SUCCESSFUL").transId);
    expect(parsed("SUCCESSFUL").transId).toMatch(/^[a-zA-Z0-9]{8,10}$/);
    const ids = ["FAILED", "EXPIRED", "SUCCESSFUL"].map((type) => parsed(type, {}, "one").transId);
    expect(new Set(ids).size).toBe(1);
    expect(parsed("payout.FAILED", {}, "one").transId).not.toBe(ids[0]); // A payout is not part of a sale.
  });
  test("sets fields", () => {
    expect(parsed("SUCCESSFUL", { externalId: SESSION, amount: 5000, transId: "mine0001", reason: "x" })).toMatchObject(
      {
        externalId: SESSION,
        amount: 5000,
        transId: "mine0001",
        reason: "x",
      },
    );
  });
  test("throws for an unknown field", () => {
    expect(() => fapshiEvent("SUCCESSFUL", { amout: 5 })).toThrow(
      '"amout" is no field of a transaction. There are: transId, status,',
    );
  });
  test("throws for an unknown type", () => {
    expect(() => fapshiEvent("CREATED")).toThrow(
      'There is no Fapshi event "CREATED". There are: EXPIRED, FAILED, SUCCESSFUL, payout.FAILED',
    );
  });
  test("sends the secret, or the first of two", () => {
    expect(fapshiHeaders("{}", "s")).toEqual({ "content-type": "application/json", "x-wh-secret": "s" });
    expect(sender.headers("{}", "http://127.0.0.1/fapshi")).toMatchObject({
      "x-wh-secret": expect.stringMatching(/^\S+$/),
    });
  });
});
