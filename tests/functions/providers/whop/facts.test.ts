/** The facts of Whop's events: every fixture and variant of both generations, and invalid events. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checked, type Fact } from "../../../../functions/_shared/facts/facts.ts";
import { whop } from "../../../../functions/_shared/providers/whop/webhook.ts";
import { set } from "../../../../simulator/body.ts";
import { signOld, whopEvent, whopTypes } from "../../../../simulator/providers/whop.ts";
import { damaged, json } from "../../arbitraries.ts";

const fixture = (name: string) => readFileSync(new URL(`../../../fixtures/whop/${name}.json`, import.meta.url), "utf8");

/** The validated facts of a body. Old bodies are dated by their signature, at 10:00:05. */
function facts(body: string): Fact[] {
  const headers = new Headers(body.includes('"action"') ? signOld(body, "secret", 1_795_168_805_000) : {});
  const event = whop.parse(body);
  return checked(whop.translate(event, whop.read(event, headers)));
}

/** The facts of a fixture whose data has these fields. `raw("1e2")` inserts a number with exactly these characters. */
function factsOf(type: string, fields: Record<string, unknown> = {}): Fact[] {
  const event = JSON.parse(fixture(type));
  for (const [path, value] of Object.entries(fields)) set(event, `data.${path}`, value);
  return facts(JSON.stringify(event).replace(/"raw:([^"]+)"/g, "$1"));
}
const raw = (digits: string) => `raw:${digits}`;
const firstFact = (type: string, fields?: Record<string, unknown>) => factsOf(type, fields)[0];

const CHECKOUT = "1f0e9b52-6c0f-4a7e-8f0a-3b1f5f7d2c11";
const BUYER = { customer_ref: "user_Ab12Cd34Ef56G", email: "amina.buyer@example.com" };
const PAYMENT = {
  provider_ref: "pay_Po98Iu76Yt54Re",
  checkout_session_id: null,
  amount_minor: 4999,
  currency: "USD",
  ...BUYER,
  membership_ref: "mem_Zx9Yw8Vu7Ts6Rq",
  credits: null,
};
const REFUND = {
  type: "refund.updated",
  provider_ref: "rf_Rt56Fg78Hj90K",
  payment_ref: "pay_Po98Iu76Yt54Re",
  amount_minor: 4999,
  currency: "USD",
  reason: null,
} as const;
const MEMBERSHIP = {
  type: "membership.updated",
  provider_ref: "mem_Zx9Yw8Vu7Ts6Rq",
  ...BUYER,
  product_ref: "prod_Lk34Jh56Gf78D",
  status: "active",
  current_period_start: "2026-11-20T09:40:00.000Z",
  current_period_end: "2026-12-20T09:40:00.000Z",
  cancel_at_period_end: false,
} as const;
const OLD_PERIOD = { email: null, current_period_end: "2026-12-20T09:40:05.000Z" };

const EXPECTED: Record<string, Fact[]> = {
  "payment.created": [
    { type: "payment.created", occurred_at: "2026-11-20T09:40:00.000Z", ...PAYMENT, membership_ref: null },
  ],
  "payment.pending": [
    {
      type: "payment.pending",
      occurred_at: "2026-11-20T09:40:03.000Z",
      ...PAYMENT,
      provider_ref: "pay_Pe98Nd76In54Gg",
    },
  ],
  "payment.succeeded": [{ type: "payment.captured", occurred_at: "2026-11-20T09:40:04.000Z", ...PAYMENT }],
  "payment.failed": [
    {
      type: "payment.failed",
      occurred_at: "2026-11-20T09:40:03.000Z",
      ...PAYMENT,
      provider_ref: "pay_Fa98Il76Ed54Xx",
      failure_code: null,
      failure_message: "Your card was declined.",
    },
  ],
  "refund.created": [{ ...REFUND, occurred_at: "2026-11-20T12:00:00.000Z", status: "pending" }],
  "refund.updated": [{ ...REFUND, occurred_at: "2026-11-20T18:00:02.000Z", status: "succeeded" }],
  "dispute.created": [
    {
      type: "dispute.updated",
      occurred_at: "2026-11-25T10:00:00.000Z",
      provider_ref: "dspt_Uy76Tr54Ew32Q",
      payment_ref: "pay_Po98Iu76Yt54Re",
      amount_minor: 4999,
      currency: "USD",
      status: "needs_response",
      reason: "fraudulent",
      evidence_due_at: "2026-12-02T10:00:00.000Z",
    },
  ],
  "membership.activated": [{ ...MEMBERSHIP, occurred_at: "2026-11-20T09:40:05.000Z" }],
  "membership.cancel_at_period_end_changed": [
    { ...MEMBERSHIP, occurred_at: "2026-12-01T08:00:01.000Z", cancel_at_period_end: true },
  ],
  "membership.deactivated": [
    { ...MEMBERSHIP, occurred_at: "2026-12-20T09:40:10.000Z", status: "cancelled", cancel_at_period_end: true },
  ],
  "chat.message.created": [
    {
      type: "chat.posted",
      occurred_at: "2026-11-20T13:00:00.000Z",
      provider_ref: "post_1CabExampleMsg01",
      channel_ref: "feed_Dm12Ex34Am56p",
      private: true,
      author_ref: "user_Ab12Cd34Ef56G",
      author_name: "Amina Buyer",
      body: "Hello, I have a question about my session.",
    },
  ],
  "legacy.payment.succeeded": [
    { type: "payment.captured", occurred_at: "2026-11-20T09:40:04.000Z", ...PAYMENT, email: null },
  ],
  "legacy.payment.failed": [
    {
      type: "payment.failed",
      occurred_at: "2026-11-20T09:40:03.000Z",
      ...PAYMENT,
      provider_ref: "pay_Fa98Il76Ed54Xx",
      email: null,
      failure_code: null,
      failure_message: null,
    },
  ],
  "legacy.refund.created": [{ ...REFUND, occurred_at: "2026-11-20T12:00:05.000Z", status: "pending" }],
  "legacy.membership.went_valid": [{ ...MEMBERSHIP, ...OLD_PERIOD, occurred_at: "2026-11-20T10:00:05.000Z" }],
  "legacy.membership.went_invalid": [
    {
      ...MEMBERSHIP,
      ...OLD_PERIOD,
      occurred_at: "2026-11-20T10:00:05.000Z",
      status: "cancelled",
      cancel_at_period_end: true,
    },
  ],
};

describe("translate", () => {
  test.each(Object.entries(EXPECTED))("translates the fixture %s", (name, expected) =>
    expect(facts(fixture(name))).toEqual(expected),
  );
});

test("translate returns facts for every type of npm run send", () => {
  const silent = whopTypes.filter((type) => facts(whopEvent(type)).length === 0);
  expect(silent).toEqual([]);
});

describe("a chat message", () => {
  const chat = (data: object) =>
    facts(JSON.stringify({ id: "msg_1", type: "chat.message.created", timestamp: "2026-11-20T13:00:01.000Z", data }));
  test("is read with flat ids too, as dated webhooks have them", () =>
    expect(
      chat({ id: "post_1", channel_id: "chat_feed_1", channel_type: "support", user_id: "user_1", content: " Hi " }),
    ).toMatchObject([
      { provider_ref: "post_1", channel_ref: "chat_feed_1", private: true, author_ref: "user_1", body: "Hi" },
    ]));
  test("in a community's channel is not private", () =>
    expect(chat({ channel: { id: "chat_1", type: "chat" }, message: { id: "post_1", content: "Hi" } })).toMatchObject([
      { private: false, author_ref: null },
    ]));
  test("without text is a message all the same", () =>
    expect(chat({ channel_id: "chat_1", message: { id: "post_1", content: null } })).toMatchObject([
      { body: "(no text)" },
    ]));
  test("of the system is none", () =>
    expect(chat({ channel_id: "chat_1", message: { id: "post_1", content: "x", message_type: "system" } })).toEqual(
      [],
    ));
});

test.each([
  "invoice.paid",
  "dispute_alert.created",
  "app_payment.succeeded",
  "app_membership.went_valid",
  "constructor",
  "__proto__",
])("translate returns no facts for %s", (type) =>
  expect(facts(JSON.stringify({ id: "msg_1", type, data: { id: "x", payment: { id: "pay_1" } } }))).toEqual([]),
);

describe("both generations have the same facts for", () => {
  const expectSameFacts = (type: string, old: string, overrides: object, ignored: object) => {
    const [current] = facts(whopEvent(type, { ...overrides }, "sale"));
    const [legacy] = facts(whopEvent(`legacy.${old}`, { ...overrides }, "sale"));
    expect({ ...legacy, ...ignored }).toEqual({ ...current, ...ignored });
  };
  const ignored = { email: null, occurred_at: "" };
  test("a payment", () =>
    expectSameFacts(
      "payment.succeeded",
      "payment.succeeded",
      { "data.currency": "jpy", "data.metadata": { checkout_session_id: CHECKOUT } },
      ignored,
    ));
  test("a failed payment", () =>
    expectSameFacts("payment.failed", "payment.failed", {}, { ...ignored, failure_message: null }));
  test("a refund", () => expectSameFacts("refund.created", "refund.created", {}, ignored));
  test("a membership", () =>
    expectSameFacts(
      "membership.activated",
      "membership.went_valid",
      {},
      { ...ignored, current_period_start: "", current_period_end: "" },
    ));

  test("a payment with underscores in its type, in `event`", () => {
    const { type, ...event } = JSON.parse(fixture("payment.succeeded"));
    expect(facts(JSON.stringify({ ...event, event: "payment_succeeded" }))).toEqual(EXPECTED["payment.succeeded"]);
  });
  test("a membership with underscores in its type, in `action`", () => {
    const event = JSON.parse(fixture("legacy.membership.went_invalid"));
    expect(facts(JSON.stringify({ ...event, action: "membership_went_invalid" }))).toEqual(
      EXPECTED["legacy.membership.went_invalid"],
    );
  });
  test("an event of a dated version, with account_id", () => {
    const { company_id, ...event } = JSON.parse(fixture("payment.succeeded"));
    const dated = { ...event, account_id: company_id, api_version_date: "2026-09-24", previous_attributes: {} };
    expect(facts(JSON.stringify(dated))).toEqual(EXPECTED["payment.succeeded"]);
  });
});

describe("an amount", () => {
  const amount = (digits: string, currency = "usd") => {
    const fact = firstFact("payment.succeeded", { total: raw(digits), currency });
    return fact && "amount_minor" in fact ? fact.amount_minor : undefined;
  };
  test.each([
    ["49.99", "usd", 4999],
    ["49.9", "usd", 4990],
    ["50", "usd", 5000],
    ["0", "usd", 0],
    ["0.0", "usd", 0],
    ["0.30000000000000004", "usd", 30], // 0.1 + 0.2 as floats
    ["0.28999999999999998", "usd", 29],
    ["1.005", "usd", 101],
    ["19.999", "usd", 2000],
    ["19.994", "usd", 1999],
    ["4.35", "usd", 435], // As a float, 434.99999999999994 cents.
    ["1200", "jpy", 1200],
    ["1200.4", "jpy", 1200],
    ["30000", "xof", 30000],
    ["1.2345", "kwd", 1235],
    ["999999999999.99", "usd", 99999999999999],
  ])("of %s %s is read from its digits", (digits, currency, minor) => expect(amount(digits, currency)).toBe(minor));

  test.each(["1e2", "1E-2", "-49.99", "-0.01", "1000000000000", "true", "[]", "{}"])(
    "of %s is an error that names the field",
    (digits) => {
      expect(() => amount(digits)).toThrow(
        /payment\.succeeded: data\.total(\.amount)?: expected a decimal amount, 0 or more, found/,
      );
    },
  );
  test("may be text, as in the messages of the reconciler", () => {
    expect(firstFact("payment.succeeded", { total: "49.99" })).toMatchObject({ amount_minor: 4999 });
  });
  test("that is missing is an error, except for a new payment, which has no facts then", () => {
    expect(() => factsOf("payment.succeeded", { total: null, usd_total: null })).toThrow(
      "payment.succeeded: data.total: expected a decimal amount, 0 or more (here or at final_amount), found null",
    );
    expect(factsOf("payment.created", { total: null })).toEqual([]);
  });
  test("of an old event is rounded to cents too", () => {
    expect(firstFact("legacy.payment.succeeded", { final_amount: raw("19.999") })).toMatchObject({
      amount_minor: 2000,
    });
  });
});

describe("a payment", () => {
  test("for our checkout has its id, and no membership or credits", () => {
    const metadata = { checkout_session_id: CHECKOUT.toUpperCase(), type: "credit_pack", packId: "p", credits: 5 };
    expect(firstFact("payment.succeeded", { metadata })).toMatchObject({
      checkout_session_id: CHECKOUT,
      membership_ref: null,
      credits: null,
    });
  });
  test.each([null, {}, "note", [], { checkout_session_id: "cart 17" }, { checkout_session_id: 17 }])(
    "with metadata %j is for its membership",
    (metadata) => {
      for (const type of ["payment.succeeded", "legacy.payment.succeeded"]) {
        expect(firstFact(type, { metadata })).toMatchObject({
          checkout_session_id: null,
          membership_ref: "mem_Zx9Yw8Vu7Ts6Rq",
          credits: null,
        });
      }
    },
  );
  test.each([
    [
      { packId: "pack_100", credits: "100" },
      { pack_ref: "pack_100", credits: 100 },
    ],
    [
      { packId: "pack_100", credits: 100 },
      { pack_ref: "pack_100", credits: 100 },
    ],
    [
      { pack_id: "kleine Stunde ü", credits: "007" },
      { pack_ref: "kleine Stunde ü", credits: 7 },
    ],
  ])("with the metadata %j of a credit pack is for credits", (pack, credits) => {
    for (const type of ["payment.succeeded", "legacy.payment.succeeded", "payment.failed"]) {
      expect(firstFact(type, { metadata: { type: "credit_pack", ...pack } })).toMatchObject({
        credits,
        membership_ref: null,
      });
    }
  });
  test.each(["0", 0, -5, "-5", 1.5, "1.5", "", null, "many", "1e3", true, 1_000_000_001, "99999999999"])(
    "with %j credits is an error",
    (credits) => {
      const metadata = { type: "credit_pack", packId: "p", credits };
      expect(() => factsOf("payment.succeeded", { metadata })).toThrow(
        "payment.succeeded: data.metadata.credits: expected a whole number from 1 to 1000000000, found",
      );
    },
  );
  test("for a credit pack without an id is an error", () => {
    expect(() => factsOf("payment.succeeded", { metadata: { type: "credit_pack", credits: 5 } })).toThrow(
      "data.metadata.packId: expected an id",
    );
  });

  test("may have null in documented fields", () => {
    const nulls = {
      user: null,
      metadata: null,
      membership: null,
      member: null,
      plan: null,
      product: null,
      company: null,
      status: null,
    };
    expect(
      firstFact("payment.succeeded", { ...nulls, updated_at: null, refunded_amount: null, failure_message: null }),
    ).toEqual({
      type: "payment.captured",
      occurred_at: "2026-11-20T09:40:04.000Z",
      ...PAYMENT,
      customer_ref: null,
      email: null,
      membership_ref: null,
    });
  });
  test("has the buyer when only the e-mail address is missing", () => {
    expect(firstFact("payment.succeeded", { "user.email": null })).toMatchObject({
      customer_ref: BUYER.customer_ref,
      email: null,
    });
  });
  test("has the e-mail address of an old body", () => {
    expect(firstFact("legacy.payment.succeeded", { user_email: "old@example.com" })).toMatchObject({
      email: "old@example.com",
    });
  });
  test("has text in any script, without characters that Postgres cannot store", () => {
    const failed = firstFact("payment.failed", { failure_message: "Карта \0отклонена 🎓 \ud800" });
    expect(failed).toMatchObject({ failure_message: "Карта отклонена 🎓 \uFFFD" });
  });

  test("that the API lists as refunded has the amount and time of the refund", () => {
    const fields = {
      refunded_amount: raw("12.5"),
      refunded_at: "2026-11-21T08:00:00.000Z",
      substatus: "partially_refunded",
    };
    expect(factsOf("payment.succeeded", fields)).toEqual([
      { type: "payment.captured", occurred_at: "2026-11-20T09:40:04.000Z", ...PAYMENT },
      {
        type: "payment.refunded",
        occurred_at: "2026-11-21T08:00:00.000Z",
        payment_ref: PAYMENT.provider_ref,
        refunded_minor: 1250,
        currency: "USD",
      },
    ]);
  });
  test.each([null, 0, "0.00"])("with the refunded amount %j has no refund", (refunded_amount) => {
    expect(factsOf("payment.succeeded", { refunded_amount })).toHaveLength(1);
  });
  test("refunded without a time has the time of the event", () => {
    expect(factsOf("payment.succeeded", { refunded_amount: 5 })[1]).toMatchObject({
      occurred_at: "2026-11-20T09:40:04.000Z",
      refunded_minor: 500,
    });
  });

  test.each([
    [{ id: null }, "payment.succeeded: data.id: expected an id of 1 to 255 printable characters, found null"],
    [{ currency: null }, "payment.succeeded: data.currency: expected a three-letter currency code, found null"],
    [
      { currency: "dollars" },
      'payment.succeeded: data.currency: expected a three-letter currency code, found "dollars"',
    ],
    [{ user: 5 }, "payment.succeeded: data.user: expected an id, or an object with one, found 5"],
    [
      { refunded_amount: "all" },
      'payment.succeeded: data.refunded_amount: expected a decimal amount, 0 or more, found "all"',
    ],
  ])("with %j is an error that names the field", (fields, message) => {
    expect(() => factsOf("payment.succeeded", fields)).toThrow(message);
  });
});

describe("a refund", () => {
  test.each([
    ["pending", "pending"],
    ["requires_action", "pending"],
    ["succeeded", "succeeded"],
    ["failed", "failed"],
    ["canceled", "cancelled"],
  ])("that is %s is %s in both generations", (status, expected) => {
    for (const type of ["refund.updated", "legacy.refund.created"])
      expect(firstFact(type, { status })).toMatchObject({ status: expected });
  });
  test("with an unknown status is an error", () => {
    expect(() => factsOf("refund.updated", { status: "lost" })).toThrow(
      "refund.updated: data.status: expected one of pending, requires_action,",
    );
  });
  test("of no payment that Whop names says nothing; an old one has the payment's id", () => {
    expect(factsOf("refund.updated", { payment: null })).toEqual([]);
    expect(firstFact("legacy.refund.created", { payment: null })).toMatchObject({ payment_ref: "pay_Po98Iu76Yt54Re" });
  });
  test("has its own amount and currency", () => {
    expect(firstFact("refund.updated", { amount: raw("10.005"), currency: "eur" })).toMatchObject({
      amount_minor: 1001,
      currency: "EUR",
    });
  });
});

describe("a dispute", () => {
  test.each([
    ["warning_needs_response", "needs_response"],
    ["needs_response", "needs_response"],
    ["warning_under_review", "under_review"],
    ["under_review", "under_review"],
    ["won", "won"],
    ["lost", "lost"],
    ["warning_closed", "closed"],
    ["closed", "closed"],
    ["other", "closed"],
  ])("that is %s is %s", (status, expected) =>
    expect(firstFact("dispute.created", { status })).toMatchObject({ status: expected }),
  );
  test("may have no due date and no reason", () => {
    expect(firstFact("dispute.created", { needs_response_by: null, reason: null })).toMatchObject({
      evidence_due_at: null,
      reason: null,
    });
  });
});

describe("a membership", () => {
  test.each([
    ["trialing", "trialing", false],
    ["active", "active", false],
    ["past_due", "past_due", false],
    ["unresolved", "past_due", false],
    ["completed", "active", false],
    ["canceling", "active", true],
    ["canceled", "cancelled", false],
    ["expired", "expired", false],
    ["drafted", "incomplete", false],
  ])("that is %s is %s", (status, expected, cancel_at_period_end) => {
    expect(firstFact("membership.activated", { status })).toMatchObject({ status: expected, cancel_at_period_end });
  });
  test.each(["trialing", "active", "past_due", "completed", "canceling"])(
    "that ended while %s is expired",
    (status) => {
      expect(firstFact("membership.deactivated", { status })).toMatchObject({ status: "expired" });
      expect(firstFact("legacy.membership.went_invalid", { status, valid: null })).toMatchObject({ status: "expired" });
      expect(firstFact("legacy.membership.went_valid", { status, valid: false })).toMatchObject({ status: "expired" });
    },
  );
  test.each(["drafted", "canceled"])("that ended while %s keeps its status", (status) => {
    expect(firstFact("membership.deactivated", { status })).toMatchObject({
      status: status === "drafted" ? "incomplete" : "cancelled",
    });
  });
  test("may have a deleted user, only a plan, and no end", () => {
    const fields = {
      user: null,
      product: null,
      renewal_period_start: null,
      renewal_period_end: null,
      cancel_at_period_end: null,
      status: "completed",
    };
    expect(firstFact("membership.activated", { ...fields, metadata: null, company: null })).toMatchObject({
      status: "active",
      customer_ref: null,
      email: null,
      product_ref: "plan_Mn78Bv90Cx12Z",
      current_period_start: null,
      current_period_end: null,
      cancel_at_period_end: false,
    });
  });
  test("may name its user and product by id alone, as in v2", () => {
    const fields = { user_id: null, product_id: null, user: "user_1", product: "prod_1", email: "old@example.com" };
    expect(firstFact("legacy.membership.went_valid", fields)).toMatchObject({
      customer_ref: "user_1",
      product_ref: "prod_1",
      email: "old@example.com",
    });
  });
  test("with an unknown status is an error", () => {
    expect(() => factsOf("membership.activated", { status: "dormant" })).toThrow(
      "membership.activated: data.status: expected one of trialing,",
    );
  });
  test("without any time is as of now", () => {
    const { timestamp, ...event } = JSON.parse(fixture("membership.activated"));
    delete event.data.updated_at;
    const before = new Date().toISOString();
    expect(facts(JSON.stringify(event))[0]!.occurred_at! >= before).toBe(true);
  });

  describe("whose update says what it replaced", () => {
    const previous = (attributes: object, place: "event" | "data", fields: Record<string, unknown> = {}) => {
      const event = JSON.parse(fixture("membership.activated"));
      Object.assign(event.data, fields);
      Object.assign(place === "event" ? event : event.data, { previous_attributes: attributes });
      const [fact] = facts(JSON.stringify(event));
      return fact && "previous" in fact ? fact.previous : undefined;
    };

    test.each(["event", "data"] as const)("has it in our words, from the %s", (place) => {
      expect(previous({ product_id: "prod_old" }, place)).toEqual({ product_ref: "prod_old" });
      expect(previous({ product: { id: "prod_old" } }, place)).toEqual({ product_ref: "prod_old" });
      expect(previous({ renewal_period_end: "2026-11-20T09:40:00Z" }, place)).toEqual({
        current_period_end: "2026-11-20T09:40:00.000Z",
      });
      expect(previous({ cancel_at_period_end: true }, place)).toEqual({ cancel_at_period_end: true });
    });
    test("was to end with its period when its status was canceling", () => {
      expect(previous({ status: "canceling" }, "event")).toEqual({ status: "active", cancel_at_period_end: true });
      expect(previous({ status: "trialing" }, "event", { status: "canceling" })).toEqual({
        status: "trialing",
        cancel_at_period_end: false,
      });
    });
    test.each([[{}], [{ metadata: { a: 1 } }], [null as never]])("has none where it is nothing of ours: %j", (odd) => {
      expect(previous(odd, "event")).toBeUndefined();
    });
  });
});

describe("npm run send", () => {
  const id = (type: string, sale?: string) => JSON.parse(whopEvent(type, {}, sale)).data.id;
  test("uses the same object ids in one sale, for all types and both generations", () => {
    expect(
      new Set(["payment.created", "payment.failed", "legacy.payment.succeeded"].map((type) => id(type, "sale"))).size,
    ).toBe(1);
    expect(facts(whopEvent("refund.updated", {}, "sale"))[0]).toMatchObject({
      payment_ref: id("payment.succeeded", "sale"),
    });
    expect(facts(whopEvent("payment.succeeded", {}, "sale"))[0]).toMatchObject({
      membership_ref: id("membership.activated", "sale"),
    });
  });
  test("uses new object ids for every sale, and a new id for every event", () => {
    expect(id("payment.succeeded")).not.toBe(id("payment.succeeded"));
    expect(JSON.parse(whopEvent("payment.succeeded", {}, "sale")).id).not.toBe(
      JSON.parse(whopEvent("payment.succeeded", {}, "sale")).id,
    );
  });
  test.each(whopTypes)("dates %s in the last ten minutes", (type) => {
    const body = whopEvent(type);
    const { occurredAt } = whop.read(whop.parse(body), new Headers(signOld(body, "secret")));
    const age = Date.now() - Date.parse(occurredAt!);
    expect(age).toBeGreaterThanOrEqual(-1000);
    expect(age).toBeLessThan(600_000);
  });
  test("sets an id everywhere in the event", () => {
    expect(facts(whopEvent("refund.created", { "data.payment.id": "pay_1" }))[0]).toMatchObject({
      payment_ref: "pay_1",
    });
  });
  test("throws for an unknown path or type", () => {
    expect(() => whopEvent("payment.succeeded", { total: 5 })).toThrow(
      '"total" is no field of an event. Write data.total',
    );
    expect(() => whopEvent("payment.refunded")).toThrow(
      'There is no Whop event "payment.refunded". There are: chat.message.created,',
    );
  });
  test("buys credits in the variant credit_pack", () => {
    expect(facts(whopEvent("payment.succeeded.credit_pack"))[0]).toMatchObject({
      type: "payment.captured",
      credits: { pack_ref: "pack_100", credits: 100 },
    });
  });
});

describe("for any JSON,", () => {
  const headers = new Headers(signOld("", "secret"));

  /** Expects valid facts, or an error that names a field. */
  function checkTranslation(content: unknown) {
    const body = JSON.stringify(content ?? null);
    const event = whop.parse(body);
    let translated: Fact[];
    try {
      translated = whop.translate(event, whop.read(event, headers));
    } catch (error) {
      expect((error as Error).message).toMatch(/^([a-z_.]+: )?[A-Za-z_0-9.]+: expected .+, found .+$/);
      return;
    }
    checked(translated);
  }

  test("translate returns valid facts or names the invalid field of a damaged event", () => {
    const events = damaged(whopTypes.map((type) => JSON.parse(whopEvent(type))));
    fc.assert(fc.property(events, checkTranslation), { numRuns: 3000 });
  });
  test("translate returns valid facts or names the invalid field of any data", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("type", "event", "action"),
        fc.oneof(fc.constantFrom(...whopTypes), fc.string()),
        json(),
        (name, type, data) => checkTranslation({ [name]: type, data }),
      ),
      { numRuns: 500 },
    );
    fc.assert(fc.property(json(), checkTranslation));
  });
});
