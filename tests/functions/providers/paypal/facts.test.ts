/** The facts of every PayPal fixture, variant and older shape. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checked, type Fact, fact } from "../../../../functions/_shared/facts/facts.ts";
import { paypal } from "../../../../functions/_shared/providers/paypal/webhook.ts";
import { captureIdOf } from "../../../../local/providers/paypal.ts";
import { type Overrides, set } from "../../../../simulator/body.ts";
import { paypalEvent, paypalTypes } from "../../../../simulator/providers/paypal.ts";
import { damaged, json } from "../../arbitraries.ts";
import { translate } from "../translate.ts";

const CHECKOUT = "7b0c2f0e-7f0b-4a53-9d0c-0f6f0a2d9b11";
const ORDER = "5O190127TN364715T";
const CAPTURE = "3C679366HH908993F";

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/paypal/${name}.json`, import.meta.url), "utf8"));

/** The facts of a fixture with these fields changed, by dotted path. */
function factsOf(name: string, changes: Overrides = {}): Fact[] {
  const event = fixture(name);
  for (const [path, value] of Object.entries(changes)) set(event, path, value);
  return checked(translate(paypal, event));
}

const MONEY = { amount_minor: 4900, currency: "EUR" };
const BUYER = { customer_ref: "QYR5Z8XDVJNXQ", email: "amina.buyer@example.com" };
const NO_BUYER = { customer_ref: null, email: null };
const WHOLE = { part_of: ORDER, is_last_part: true };
const PAYMENT = { provider_ref: CAPTURE, checkout_session_id: null, ...MONEY, ...WHOLE };
const FAILED = { failure_code: "DECLINED_BY_RISK_FRAUD_FILTERS", failure_message: null };
const REFUND = { type: "refund.updated", provider_ref: "1JU08902781691411", payment_ref: CAPTURE, ...MONEY } as const;
const REFUNDED = { type: "payment.refunded", payment_ref: CAPTURE, refunded_minor: 4900, currency: "EUR" } as const;

const EXPECTED: Record<string, Fact[]> = {
  "PAYMENT.CAPTURE.COMPLETED": [
    { type: "payment.captured", occurred_at: "2026-11-20T09:52:18.022Z", ...PAYMENT, ...NO_BUYER },
  ],
  "PAYMENT.CAPTURE.PENDING": [
    { type: "payment.pending", occurred_at: "2026-11-20T09:52:17.100Z", ...PAYMENT, ...NO_BUYER },
  ],
  "PAYMENT.CAPTURE.DECLINED": [
    { type: "payment.failed", occurred_at: "2026-11-20T10:52:17.400Z", ...PAYMENT, ...NO_BUYER, ...FAILED },
  ],
  "PAYMENT.CAPTURE.DENIED": [
    { type: "payment.failed", occurred_at: "2026-11-20T10:52:17.100Z", ...PAYMENT, ...NO_BUYER, ...FAILED },
  ],
  "PAYMENT.CAPTURE.REFUNDED": [
    { ...REFUND, occurred_at: "2026-11-20T11:10:33.543Z", status: "succeeded", reason: "Cancelled session" },
    { ...REFUNDED, occurred_at: "2026-11-20T11:10:33.543Z" },
  ],
  "PAYMENT.CAPTURE.REVERSED": [
    {
      ...REFUND,
      occurred_at: "2026-11-20T14:30:35.780Z",
      provider_ref: "09E71677NS257044M",
      status: "succeeded",
      reason: "Payment reversed",
    },
    { ...REFUNDED, occurred_at: "2026-11-20T14:30:35.780Z" },
  ],
  "CHECKOUT.ORDER.APPROVED": [
    {
      type: "payment.approved",
      occurred_at: "2026-11-20T09:52:10.331Z",
      provider_ref: ORDER,
      checkout_session_id: null,
      ...MONEY,
    },
  ],
  "CHECKOUT.ORDER.COMPLETED": [
    { type: "payment.captured", occurred_at: "2026-11-20T09:52:16.900Z", ...PAYMENT, ...BUYER },
  ],
  "CHECKOUT.PAYMENT-APPROVAL.REVERSED": [
    {
      type: "checkout.cancelled",
      occurred_at: "2026-11-20T12:55:00.000Z",
      provider_ref: ORDER,
      checkout_session_id: null,
    },
  ],
  "CUSTOMER.DISPUTE.CREATED": [
    {
      type: "dispute.updated",
      occurred_at: "2026-11-20T13:20:02.000Z",
      provider_ref: "PP-D-20261120",
      payment_ref: CAPTURE,
      ...MONEY,
      status: "needs_response",
      reason: "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
      evidence_due_at: "2026-11-30T13:20:02.000Z",
    },
  ],
};

describe("translate", () => {
  test.each(Object.entries(EXPECTED))("translates the fixture %s", (name, facts) =>
    expect(factsOf(name)).toEqual(facts),
  );
  test("is tested with every fixture", () => {
    const fixtures = paypalTypes.filter((type) => Object.hasOwn(EXPECTED, type));
    expect(fixtures).toEqual(Object.keys(EXPECTED).sort());
  });
});

describe("translate, for a genuine webhook,", () => {
  const { vectors } = fixture("signature-vectors");
  const factsOfVector = (type: string) => {
    const { raw_body } = vectors.find(({ event_type }: { event_type: string }) => event_type === type);
    return checked(translate(paypal, JSON.parse(raw_body)));
  };
  test("returns a pending capture without a buyer", () => {
    expect(factsOfVector("PAYMENT.CAPTURE.PENDING")).toEqual([
      {
        type: "payment.pending",
        occurred_at: "2018-08-15T20:03:06.086Z",
        provider_ref: "02T21492PP3782704",
        checkout_session_id: null,
        amount_minor: 251,
        currency: "USD",
        ...NO_BUYER,
        part_of: "8PR65097T8571330M",
        is_last_part: true,
      },
    ]);
  });
  test("returns a capture", () =>
    expect(factsOfVector("PAYMENT.CAPTURE.COMPLETED")).toMatchObject([
      { type: "payment.captured", amount_minor: 3000 },
    ]));
  test("returns a second refund with the total of both", () => {
    expect(factsOfVector("PAYMENT.CAPTURE.REFUNDED")).toMatchObject([
      {
        type: "refund.updated",
        provider_ref: "1Y107995YT783435V",
        payment_ref: "0JF852973C016714D",
        amount_minor: 99,
        status: "succeeded",
      },
      { type: "payment.refunded", payment_ref: "0JF852973C016714D", refunded_minor: 198 },
    ]);
  });
});

describe("the checkout of a payment", () => {
  test("is the custom_id of the capture", () => {
    const [captured] = factsOf("PAYMENT.CAPTURE.COMPLETED", { "resource.custom_id": CHECKOUT.toUpperCase() });
    expect(captured).toMatchObject({ checkout_session_id: CHECKOUT });
  });
  test("is the custom_id of the purchase unit when the capture has none", () => {
    const named = { "resource.purchase_units.0.custom_id": CHECKOUT };
    const unnamed = { "resource.purchase_units.0.payments.captures.0.custom_id": null };
    expect(factsOf("CHECKOUT.ORDER.COMPLETED", { ...named, ...unnamed })).toMatchObject([
      { checkout_session_id: CHECKOUT },
    ]);
    expect(factsOf("CHECKOUT.ORDER.APPROVED", named)).toMatchObject([{ checkout_session_id: CHECKOUT }]);
    expect(factsOf("CHECKOUT.PAYMENT-APPROVAL.REVERSED", named)).toMatchObject([{ checkout_session_id: CHECKOUT }]);
  });
  test.each([null, "", "somebody's own note", 12])("is null for the custom_id %j", (custom_id) => {
    expect(factsOf("PAYMENT.CAPTURE.COMPLETED", { "resource.custom_id": custom_id })).toMatchObject([
      { checkout_session_id: null },
    ]);
  });
});

describe("an amount", () => {
  test.each([
    ["49.99", "EUR", 4999],
    ["0.1", "USD", 10],
    ["49", "GBP", 4900],
    ["1234567.89", "USD", 123_456_789],
    ["500", "JPY", 500],
    ["500.00", "JPY", 500],
    ["1500", "HUF", 150_000],
    ["150.00", "TWD", 15_000],
    ["0.00", "EUR", 0],
  ])("of %s %s is %d minor units", (value, currency_code, amount_minor) => {
    const [captured] = factsOf("PAYMENT.CAPTURE.COMPLETED", { "resource.amount": { currency_code, value } });
    expect(captured).toMatchObject({ amount_minor, currency: currency_code });
  });
  test.each(["-1.00", "1.001", "1,50", "", "many", null, {}, 1.5])(
    "of %j is an error that names the field",
    (value) => {
      expect(() => factsOf("PAYMENT.CAPTURE.COMPLETED", { "resource.amount.value": value })).toThrow(
        /^PAYMENT.CAPTURE.COMPLETED: resource.amount.value: expected an amount in EUR, 0 or more, found /,
      );
    },
  );
  test("of an approved order is the total of its units", () => {
    const unit = { amount: { currency_code: "EUR", value: "0.20" } };
    expect(
      factsOf("CHECKOUT.ORDER.APPROVED", { "resource.purchase_units.1": unit, "resource.purchase_units.2": unit }),
    ).toMatchObject([{ amount_minor: 4940, currency: "EUR" }]);
  });
  test("of an order in two currencies is an error", () => {
    const unit = { amount: { currency_code: "USD", value: "1.00" } };
    expect(() => factsOf("CHECKOUT.ORDER.APPROVED", { "resource.purchase_units.1": unit })).toThrow(
      'resource.purchase_units.1.amount.currency_code: expected EUR, as in the order\'s first unit, found "USD"',
    );
  });
});

describe("an order", () => {
  const CAPTURES = "resource.purchase_units.0.payments.captures.0";
  test.each([
    ["COMPLETED", "payment.captured"],
    ["PARTIALLY_REFUNDED", "payment.captured"],
    ["REFUNDED", "payment.captured"],
    ["PENDING", "payment.pending"],
    ["DECLINED", "payment.failed"],
    ["FAILED", "payment.failed"],
  ])("with a capture that is %s is %s", (status, type) => {
    expect(factsOf("CHECKOUT.ORDER.COMPLETED", { [`${CAPTURES}.status`]: status })).toMatchObject([
      { type, ...PAYMENT, ...BUYER },
    ]);
  });
  test("with two captures has two facts", () => {
    const second = {
      id: "9XY",
      status: "DECLINED",
      amount: { currency_code: "EUR", value: "1.00" },
      status_details: { reason: "OTHER" },
    };
    expect(
      factsOf("CHECKOUT.ORDER.COMPLETED", { "resource.purchase_units.0.payments.captures.1": second }),
    ).toMatchObject([
      { type: "payment.captured", provider_ref: CAPTURE },
      { type: "payment.failed", provider_ref: "9XY", amount_minor: 100, failure_code: "OTHER", ...BUYER },
    ]);
  });
  test("that is completed without a capture has no facts", () => {
    expect(
      factsOf("CHECKOUT.ORDER.COMPLETED", { "resource.purchase_units.0.payments": { authorizations: [{}] } }),
    ).toEqual([]);
  });
  test("that is approved and already captured is not captured again", () => {
    const event = JSON.parse(paypalEvent("CHECKOUT.ORDER.APPROVED.captured"));
    expect(checked(translate(paypal, event))).toMatchObject([{ type: "payment.captured", ...MONEY, ...BUYER }]);
  });
  test("with the intent AUTHORIZE is not captured", () => {
    expect(factsOf("CHECKOUT.ORDER.APPROVED", { "resource.intent": "AUTHORIZE" })).toEqual([]);
    expect(translate(paypal, JSON.parse(paypalEvent("CHECKOUT.ORDER.APPROVED.authorize")))).toEqual([]);
  });
  test.each(["CHECKOUT.ORDER.CANCELLED", "CHECKOUT.ORDER.VOIDED"])(
    "is cancelled by %s with the id of its approval",
    (type) => {
      const event = (name: string) =>
        JSON.parse(paypalEvent(name, { "resource.purchase_units.0.custom_id": CHECKOUT }, "one sale"));
      const same = { provider_ref: event("CHECKOUT.ORDER.APPROVED").resource.id, checkout_session_id: CHECKOUT };
      expect(translate(paypal, event("CHECKOUT.ORDER.APPROVED"))).toMatchObject([
        { type: "payment.approved", ...same },
      ]);
      const cancelled = { type: "checkout.cancelled", ...same };
      expect(checked(translate(paypal, event(type)))).toMatchObject([cancelled]);
      expect(checked(translate(paypal, event("CHECKOUT.PAYMENT-APPROVAL.REVERSED")))).toMatchObject([cancelled]);
    },
  );
  test("has the buyer of the payment source when there is no payer", () => {
    expect(factsOf("CHECKOUT.ORDER.COMPLETED", { "resource.payer": null })).toMatchObject([BUYER]);
    expect(
      factsOf("CHECKOUT.ORDER.COMPLETED", { "resource.payer": null, "resource.payment_source": { card: {} } }),
    ).toMatchObject([NO_BUYER]);
  });
});

describe("a refund", () => {
  test.each([
    ["PENDING", "pending"],
    ["COMPLETED", "succeeded"],
    ["FAILED", "failed"],
    ["CANCELLED", "cancelled"],
  ])("by PAYMENT.REFUND.%s is %s, and changes the payment only if it succeeded", (type, status) => {
    const facts = checked(translate(paypal, JSON.parse(paypalEvent(`PAYMENT.REFUND.${type}`, {}, "sale"))));
    const capture = JSON.parse(paypalEvent("PAYMENT.CAPTURE.COMPLETED", {}, "sale")).resource.id;
    expect(facts[0]).toMatchObject({ type: "refund.updated", payment_ref: capture, status });
    expect(facts.slice(1).map((one) => one.type)).toEqual(status === "succeeded" ? ["payment.refunded"] : []);
  });
  test("by PayPal has the reason reversed when there is no note", () => {
    expect(factsOf("PAYMENT.CAPTURE.REVERSED", { "resource.note_to_payer": null })[0]).toMatchObject({
      reason: "reversed",
    });
    expect(factsOf("PAYMENT.CAPTURE.REFUNDED", { "resource.note_to_payer": null })[0]).toMatchObject({ reason: null });
  });
  test("without a total has no payment.refunded", () => {
    expect(
      factsOf("PAYMENT.CAPTURE.REFUNDED", { "resource.seller_payable_breakdown": null }).map(({ type }) => type),
    ).toEqual(["refund.updated"]);
  });
  test("in part has the total of all refunds", () => {
    const facts = factsOf("PAYMENT.CAPTURE.REFUNDED", {
      "resource.amount.value": "10.00",
      "resource.seller_payable_breakdown.total_refunded_amount.value": "25.00",
    });
    expect(facts).toMatchObject([{ amount_minor: 1000 }, { refunded_minor: 2500 }]);
  });
  test("may name its capture in supplementary_data", () => {
    const facts = factsOf("PAYMENT.CAPTURE.REFUNDED", {
      "resource.links": [],
      "resource.supplementary_data.related_ids.capture_id": "ABC",
    });
    expect(facts).toMatchObject([{ payment_ref: "ABC" }, { payment_ref: "ABC" }]);
  });
  test("without a link to its capture is an error", () => {
    expect(() => factsOf("PAYMENT.CAPTURE.REFUNDED", { "resource.links": [] })).toThrow(
      'PAYMENT.CAPTURE.REFUNDED: resource.links: expected a link "up" to the capture, found a list',
    );
  });

  test("in the older shape is a capture that is refunded in full", () => {
    const event = JSON.parse(
      paypalEvent("PAYMENT.CAPTURE.REFUNDED.capture", { create_time: "2026-11-20T11:00:00Z", "resource.id": CAPTURE }),
    );
    expect(checked(translate(paypal, event))).toEqual([{ ...REFUNDED, occurred_at: "2026-11-20T11:00:00.000Z" }]);
  });
  test("in the older shape and in part requires the total", () => {
    const shape = (more: Overrides) =>
      factsOf("PAYMENT.CAPTURE.COMPLETED", { event_type: "PAYMENT.CAPTURE.REFUNDED", ...more });
    const total = { currency_code: "EUR", value: "9.00" };
    expect(
      shape({
        "resource.status": "PARTIALLY_REFUNDED",
        "resource.seller_payable_breakdown": { total_refunded_amount: total },
      }),
    ).toMatchObject([{ type: "payment.refunded", payment_ref: CAPTURE, refunded_minor: 900 }]);
    expect(() => shape({ "resource.status": "PARTIALLY_REFUNDED" })).toThrow("total_refunded_amount");
  });
});

describe("an event", () => {
  test.each([
    "PAYMENT.AUTHORIZATION.CREATED",
    "CUSTOMER.MERCHANT-MIGRATED",
    "BILLING.SUBSCRIPTION.CREATED",
    "__proto__",
    "toString",
  ])("of type %s has no facts", (event_type) =>
    expect(translate(paypal, { ...fixture("PAYMENT.CAPTURE.COMPLETED"), event_type })).toEqual([]),
  );
  test("without resource_type and resource_version has the same facts", () => {
    for (const [name, facts] of Object.entries(EXPECTED)) {
      expect(factsOf(name, { resource_type: undefined, resource_version: undefined })).toEqual(facts);
    }
  });
  test("keeps text in any script, without characters that Postgres cannot store", () => {
    expect(factsOf("PAYMENT.CAPTURE.REFUNDED", { "resource.note_to_payer": "Désolé 🎓\0\ud800" })[0]).toMatchObject({
      reason: "Désolé 🎓\ufffd",
    });
  });
  test.each<[string, Overrides, string]>([
    ["PAYMENT.CAPTURE.COMPLETED", { "resource.id": null }, "resource.id: expected an id"],
    [
      "PAYMENT.CAPTURE.COMPLETED",
      { "resource.amount": null },
      "resource.amount.currency_code: expected a three-letter currency code",
    ],
    [
      "PAYMENT.CAPTURE.REFUNDED",
      { "resource.status": "NEW" },
      'resource.status: expected one of PENDING, COMPLETED, FAILED, CANCELLED, found "NEW"',
    ],
    [
      "CHECKOUT.ORDER.APPROVED",
      { "resource.intent": null },
      "resource.intent: expected one of CAPTURE, AUTHORIZE, found null",
    ],
    [
      "CHECKOUT.ORDER.APPROVED",
      { "resource.purchase_units": [] },
      "resource.purchase_units: expected at least one purchase unit",
    ],
    ["CHECKOUT.PAYMENT-APPROVAL.REVERSED", { "resource.order_id": null }, "resource.order_id: expected an id"],
  ])("of type %s with %j is an error that names the field", (name, changes, message) => {
    expect(() => factsOf(name, changes)).toThrow(`${name}: ${message}`);
  });
});

describe("npm run send", () => {
  test("makes a valid event of every type", () => {
    for (const type of paypalTypes) {
      const event = JSON.parse(paypalEvent(type));
      const envelope = paypal.read(event, new Headers());
      expect(type.startsWith(envelope.type)).toBe(true);
      expect(Math.abs(Date.parse(envelope.occurredAt!) - Date.now())).toBeLessThan(60_000);
      if (!type.endsWith(".authorize")) expect(checked(translate(paypal, event))).not.toEqual([]);
    }
  });
  test("makes a new event about the same order for the same sale", () => {
    const [a, b, other] = ["one", "one", "two"].map((sale) =>
      JSON.parse(paypalEvent("CHECKOUT.ORDER.APPROVED", {}, sale)),
    );
    expect(a.id).not.toBe(b.id);
    expect(a.resource.id).toBe(b.resource.id);
    expect(a.resource.id).not.toBe(other.resource.id);
    expect(a.resource.id).toMatch(/^[A-Z0-9]{17}$/);
  });
  test("has the capture id that the stand-in uses for the same sale", () => {
    const order = JSON.parse(paypalEvent("CHECKOUT.ORDER.APPROVED", {}, "one")).resource.id;
    expect(JSON.parse(paypalEvent("PAYMENT.CAPTURE.COMPLETED", {}, "one")).resource.id).toBe(captureIdOf(order));
  });
  test("sets an id and a custom_id everywhere in the event", () => {
    const event = paypalEvent("CHECKOUT.ORDER.COMPLETED", {
      "resource.id": "NEWID",
      "resource.purchase_units.0.custom_id": CHECKOUT,
    });
    expect(event).toContain("/v2/checkout/orders/NEWID");
    expect(JSON.parse(event).resource.purchase_units[0].payments.captures[0].custom_id).toBe(CHECKOUT);
  });
  test("throws for an unknown type or field", () => {
    expect(() => paypalEvent("CHECKOUT.ORDER.EATEN")).toThrow('There is no PayPal event "CHECKOUT.ORDER.EATEN"');
    expect(() => paypalEvent("CHECKOUT.ORDER.APPROVED", { amount: 1 })).toThrow("Write resource.amount");
  });
});

describe("for any JSON,", () => {
  const event = fc.oneof(json(), damaged(paypalTypes.map((type) => JSON.parse(paypalEvent(type)))));
  const NAMES_A_FIELD = /^([A-Z.-]+: )?[a-z_.0-9]+: expected .+, found /s;

  test("translate returns valid facts that Postgres can store, or throws an error that names a field", () => {
    fc.assert(
      fc.property(event, (event) => {
        let facts: unknown[];
        try {
          facts = translate(paypal, event);
        } catch (error) {
          expect((error as Error).message).toMatch(NAMES_A_FIELD);
          expect((error as Error).message).not.toMatch(/\0|\p{Surrogate}/u);
          return;
        }
        for (const one of facts) {
          expect(fact.safeParse(one).error).toBeUndefined();
          expect(Object.values(one as object).join()).not.toMatch(/\0|\p{Surrogate}/u);
        }
      }),
      { numRuns: 4000 },
    );
  });

  test("read returns an envelope, or throws an error that names a field", () => {
    fc.assert(
      fc.property(event, (event) => {
        try {
          expect(paypal.read(event, new Headers()).id).toMatch(/^[^\0]{1,255}$/);
        } catch (error) {
          expect((error as Error).message).toMatch(NAMES_A_FIELD);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe("a dispute", () => {
  const factWith = (changes: Overrides) => factsOf("CUSTOMER.DISPUTE.CREATED", changes)[0];

  test.each([
    ["OPEN", "needs_response"],
    ["WAITING_FOR_SELLER_RESPONSE", "needs_response"],
    ["WAITING_FOR_BUYER_RESPONSE", "under_review"],
    ["UNDER_REVIEW", "under_review"],
    ["OTHER", "under_review"],
  ])("that is %s is %s", (status, expected) =>
    expect(factWith({ "resource.status": status })).toMatchObject({ status: expected }),
  );
  test.each([
    ["RESOLVED_BUYER_FAVOUR", "lost"],
    ["ACCEPTED", "lost"],
    ["RESOLVED_SELLER_FAVOUR", "won"],
    ["RESOLVED_WITH_PAYOUT", "won"],
    ["DENIED", "won"],
    ["CANCELED_BY_BUYER", "closed"],
    ["NONE", "closed"],
    [null, "closed"],
  ])("that is resolved as %s is %s", (outcome_code, status) => {
    expect(factWith({ "resource.status": "RESOLVED", "resource.dispute_outcome": { outcome_code } })).toMatchObject({
      status,
    });
  });
  test.each([
    ["resource.status", "SLEEPING"],
    ["resource.dispute_id", null],
    ["resource.disputed_transactions", []],
    ["resource.dispute_amount.value", "much"],
  ])("with %s %j is an error that names the field", (path, value) => {
    expect(() => factWith({ [path]: value })).toThrow(/^CUSTOMER\.DISPUTE\.CREATED: resource\./);
  });
  test("without a time has that of its event", () => {
    const times = { "resource.update_time": null, "resource.create_time": null };
    expect(factWith(times)).toMatchObject({ occurred_at: "2026-11-20T13:20:05.412Z" });
  });
  test("may have no reason and no due date", () => {
    expect(factWith({ "resource.reason": null, "resource.seller_response_due_date": null })).toMatchObject({
      reason: null,
      evidence_due_at: null,
    });
  });
  test("has its payment as the subject, so that both are forwarded in order", () => {
    expect(paypal.read(fixture("CUSTOMER.DISPUTE.CREATED"), new Headers())).toMatchObject({ subject: CAPTURE });
  });
  test("of one sale has one id and the sale's capture in all its events", () => {
    const facts = ["CREATED", "UPDATED", "RESOLVED"].flatMap((change) =>
      checked(translate(paypal, JSON.parse(paypalEvent(`CUSTOMER.DISPUTE.${change}`, {}, "sale")))),
    );
    expect(facts.map((fact) => "status" in fact && fact.status)).toEqual(["needs_response", "under_review", "won"]);
    expect(new Set(facts.map((fact) => "provider_ref" in fact && fact.provider_ref)).size).toBe(1);
    for (const fact of facts)
      expect(fact).toMatchObject({
        payment_ref: JSON.parse(paypalEvent("PAYMENT.CAPTURE.COMPLETED", {}, "sale")).resource.id,
      });
  });
});
