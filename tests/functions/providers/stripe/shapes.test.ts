/** Stripe payloads other than today's usual: older API versions, nulls, expanded objects, and what must be an error. */
import { describe, expect, test } from "vitest";
import { stripe } from "../../../../functions/_shared/providers/stripe/webhook.ts";
import { stripeEvent } from "../../../../simulator/providers/stripe.ts";

/** What an event says when these fields of its object are as given; undefined takes a field away. */
function says(type: string, fields: Record<string, unknown> = {}) {
  const overrides = Object.entries(fields).map(([path, value]) => [`data.object.${path}`, value]);
  const facts = stripe.translate(JSON.parse(stripeEvent(type, Object.fromEntries(overrides))));
  return facts[0] ?? null;
}

const SESSION = "1f0e9b52-6c0f-4a7e-8f0a-3b1f5f7d2c11";
const USER = "7b0c2f0e-7f0b-4a53-9d0c-0f6f0a2d9b11";

describe("a checkout session", () => {
  test("that was completed unpaid is a pending payment", () => {
    expect(says("checkout.session.completed", { payment_status: "unpaid" })).toMatchObject({
      type: "payment.pending",
      amount_minor: 4900,
    });
  });
  test("that needed no payment is captured under its own id, with nothing received", () => {
    const fields = { id: "cs_1", payment_status: "no_payment_required", payment_intent: null, amount_total: 0 };
    expect(says("checkout.session.completed", fields)).toMatchObject({
      type: "payment.captured",
      provider_ref: "cs_1",
      amount_minor: 0,
    });
  });
  test("that sets up a card has no payment, nor amount or currency", () => {
    expect(
      says("checkout.session.completed", { mode: "setup", amount_total: null, currency: null, payment_intent: null }),
    ).toBeNull();
  });
  test.each(["async_payment_succeeded", "async_payment_failed"])(
    "of a subscription has no payment when %s",
    (event) => {
      expect(says(`checkout.session.${event}`, { mode: "subscription", payment_intent: null })).toBeNull();
    },
  );
  test("may hold the whole payment intent and customer", () => {
    const fields = {
      payment_intent: { id: "pi_1", object: "payment_intent" },
      customer: { id: "cus_1", object: "customer" },
    };
    expect(says("checkout.session.completed", fields)).toMatchObject({ provider_ref: "pi_1", customer_ref: "cus_1" });
  });
  test("may be a guest's", () => {
    const fields = { customer: null, customer_details: null, customer_email: null };
    expect(says("checkout.session.completed", fields)).toMatchObject({ customer_ref: null, email: null });
  });
  test("may be a deleted customer's", () => {
    const fields = { customer: { id: "cus_1", object: "customer", deleted: true } };
    expect(says("checkout.session.completed", fields)).toMatchObject({ customer_ref: "cus_1" });
  });
  test("has the e-mail that was asked for before one was filled in", () => {
    const fields = { customer_details: null, customer_email: "early@example.com" };
    expect(says("checkout.session.completed", fields)).toMatchObject({ email: "early@example.com" });
  });
  test("in CFA francs has no minor unit to divide by", () => {
    const fields = { amount_total: 30000, currency: "xaf" };
    expect(says("checkout.session.completed", fields)).toMatchObject({ amount_minor: 30000, currency: "XAF" });
  });
  test("that expired is told by its own id even when it has a payment intent", () => {
    const fields = { id: "cs_1", payment_intent: "pi_1" };
    expect(says("checkout.session.expired", fields)).toMatchObject({ type: "checkout.expired", provider_ref: "cs_1" });
  });
});

describe("a session whose total Stripe changed", () => {
  test("says how it came about", () => {
    const fields = {
      ...{ amount_subtotal: 4900, amount_total: 5341 },
      total_details: { amount_tax: 931, amount_shipping: 500, amount_discount: 990 },
    };
    expect(says("checkout.session.completed", fields)).toMatchObject({
      amount_minor: 5341,
      breakdown: { subtotal_minor: 4900, tax_minor: 931, shipping_minor: 500, discount_minor: 990 },
    });
  });
  test("says nothing of it where nothing was changed, or nothing is told", () => {
    for (const total_details of [null, { amount_tax: 0, amount_shipping: 0, amount_discount: 0 }])
      expect(says("checkout.session.completed", { amount_subtotal: 4900, total_details })).not.toHaveProperty(
        "breakdown",
      );
  });
  test.each(["completed", "async_payment_failed"])("may have no total (%s), and then says nothing", (what) => {
    const fields = { amount_total: null, currency: null, payment_status: "unpaid" };
    expect(says(`checkout.session.${what}`, fields)).toBeNull();
  });
});

describe("an invoice's payment", () => {
  test.each([
    [{ payment: { type: "charge", charge: "ch_1" } }, { payment_ref: "ch_1" }],
    [{ payment: { type: "payment_intent", payment_intent: { id: "pi_1" } } }, { payment_ref: "pi_1" }],
    [{ invoice: { id: "in_1", object: "invoice" } }, { provider_ref: "in_1" }],
    [{ amount_paid: null, amount_requested: 2900 }, { amount_minor: 2900 }],
  ])("may be told as %j", (fields, fact) => expect(says("invoice_payment.paid", fields)).toMatchObject(fact));
  test("that was made outside Stripe names none of its payments", () => {
    const payment = { type: "payment_record", payment_record: "prec_1" };
    expect(says("invoice_payment.paid", { payment })).toBeNull();
  });
});

describe("what an update replaced", () => {
  const previous = (type: string, previous_attributes: object) => {
    const event = JSON.parse(stripeEvent(type));
    const [fact] = stripe.translate({ ...event, data: { ...event.data, previous_attributes } });
    return fact && "previous" in fact ? fact.previous : undefined;
  };

  test.each([
    ["customer.subscription.updated", { status: "trialing" }, { status: "trialing" }],
    [
      "customer.subscription.updated",
      { current_period_end: 1_790_000_000 },
      { current_period_end: "2026-09-21T14:13:20.000Z" },
    ],
    [
      "customer.subscription.updated",
      { items: { data: [{ current_period_end: 1_790_000_000, price: { product: "prod_old" } }] } },
      { current_period_end: "2026-09-21T14:13:20.000Z", product_ref: "prod_old" },
    ],
    ["customer.subscription.updated", { plan: { id: "price_old", product: "prod_old" } }, { product_ref: "prod_old" }],
    ["customer.updated", { email: null, address: null }, { email: null }],
    ["product.updated", { active: false, description: null }, { active: false, description: null }],
    ["charge.dispute.updated", { status: "warning_needs_response" }, { status: "needs_response" }],
  ])("by %s, %j, is told in our words", (type, attributes, ours) => expect(previous(type, attributes)).toEqual(ours));

  test.each([[{}], [{ metadata: { a: "1" } }], [null as never]])(
    "is not told where it is nothing of ours: %j",
    (attributes) => {
      expect(previous("customer.updated", attributes)).toBeUndefined();
    },
  );
  test("that cannot be read is nothing, and no error", () => {
    expect(previous("customer.subscription.updated", { status: 5, cancel_at_period_end: true })).toEqual({
      status: null,
      cancel_at_period_end: true,
    });
  });
});

describe("our checkout session is", () => {
  const session = (fields: Record<string, unknown>) => {
    const fact = says("checkout.session.completed", fields);
    return fact && "checkout_session_id" in fact ? fact.checkout_session_id : undefined;
  };

  test("the metadata's, before the client reference", () => {
    expect(session({ "metadata.checkout_session_id": SESSION, client_reference_id: USER })).toBe(SESSION);
  });
  test("the client reference, where the metadata has none", () =>
    expect(session({ client_reference_id: SESSION })).toBe(SESSION));
  test("the client reference, where the metadata's is garbage", () => {
    expect(session({ "metadata.checkout_session_id": "cart 17", client_reference_id: SESSION })).toBe(SESSION);
  });
  test("in lower case", () => expect(session({ "metadata.checkout_session_id": SESSION.toUpperCase() })).toBe(SESSION));
  test.each(["cart 17", "", `${SESSION}0`, `{${SESSION}}`, null, 17, ["x"], { toString: 1 }])(
    "none where both are like %j",
    (garbage) => {
      expect(session({ "metadata.checkout_session_id": garbage, client_reference_id: garbage })).toBeNull();
    },
  );
  test("none without any metadata", () => expect(session({ metadata: null, client_reference_id: null })).toBeNull());
  test("the payment intent's metadata's too", () => {
    expect(says("payment_intent.succeeded", { "metadata.checkout_session_id": SESSION })).toMatchObject({
      checkout_session_id: SESSION,
    });
  });
});

describe("a payment intent", () => {
  test("that was captured in part has what was received", () => {
    expect(says("payment_intent.succeeded", { amount: 4900, amount_received: 3000 })).toMatchObject({
      amount_minor: 3000,
    });
  });
  test("has the e-mail of the receipt", () => {
    expect(says("payment_intent.succeeded", { receipt_email: "r@example.com" })).toMatchObject({
      email: "r@example.com",
    });
  });
  test("that failed has the error's code where there is no decline code", () => {
    const fields = { "last_payment_error.decline_code": undefined };
    expect(says("payment_intent.payment_failed", fields)).toMatchObject({ failure_code: "card_declined" });
  });
  test("that failed may not say why", () => {
    expect(says("payment_intent.payment_failed", { last_payment_error: null })).toMatchObject({
      failure_code: null,
      failure_message: null,
    });
  });
});

describe("a refunded charge", () => {
  test("says how much went back so far, in part", () => {
    expect(says("charge.refunded", { amount_refunded: 1000, refunded: false })).toMatchObject({ refunded_minor: 1000 });
  });
  test("without a payment intent goes by its own id", () => {
    expect(says("charge.refunded", { id: "ch_1", payment_intent: null })).toMatchObject({ payment_ref: "ch_1" });
  });
  test("of an API version without amount_captured was captured in full", () => {
    expect(says("charge.refunded", { amount_captured: undefined })).toMatchObject({ refunded_minor: 4900 });
  });
  test("that was never captured gives nothing back", () => {
    expect(says("charge.refunded", { captured: false, amount_captured: 0 })).toBeNull();
    expect(says("charge.refunded", { captured: false, amount_captured: undefined })).toBeNull();
  });
  test("does not give back the part that was never captured", () => {
    expect(says("charge.refunded", { amount_captured: 3000, amount_refunded: 1900 })).toBeNull();
    expect(says("charge.refunded", { amount_captured: 3000, amount_refunded: 2400 })).toMatchObject({
      refunded_minor: 500,
    });
  });
  test("that was captured above its amount gives back all that was refunded", () => {
    expect(says("charge.refunded", { amount_captured: 5400, amount_refunded: 5400 })).toMatchObject({
      refunded_minor: 5400,
    });
  });
});

describe("a refund", () => {
  test("of a charge without a payment intent goes by the charge", () => {
    expect(says("refund.updated", { payment_intent: null, charge: "ch_1" })).toMatchObject({ payment_ref: "ch_1" });
  });
  test("of no payment at all says nothing", () => {
    expect(says("refund.created", { payment_intent: null, charge: null })).toBeNull();
  });
  test("without a status is pending", () => {
    expect(says("refund.updated", { status: null })).toMatchObject({ status: "pending" });
  });
  test.each(["refund.created", "refund.updated", "charge.refund.updated"])(
    "that moved no money is a released authorization, whichever of its events tells (%s)",
    (type) => {
      const released = { status: "succeeded", balance_transaction: null };
      expect(says(type, released)).toBeNull();
      expect(says(type, { ...released, balance_transaction: "txn_1" })).toMatchObject({ status: "succeeded" });
      // Not told by this API version, or not known yet: a refund like any other.
      expect(says(type, { ...released, balance_transaction: undefined })).toMatchObject({ status: "succeeded" });
      expect(says(type, { ...released, status: "pending" })).toMatchObject({ status: "pending" });
    },
  );
  test("has no reason where Stripe has none", () =>
    expect(says("refund.created", { reason: null })).toMatchObject({ reason: null }));
  test.each([
    ["pending", "pending"],
    ["requires_action", "pending"],
    ["succeeded", "succeeded"],
    ["failed", "failed"],
    ["canceled", "cancelled"],
  ])("that is %s is %s", (status, ours) => expect(says("refund.updated", { status })).toMatchObject({ status: ours }));
});

describe("a dispute", () => {
  test("of a charge without a payment intent goes by the charge", () => {
    expect(says("charge.dispute.created", { payment_intent: null, charge: "ch_1" })).toMatchObject({
      payment_ref: "ch_1",
    });
  });
  test("of an older API version knows no payment intent, and may hold the whole charge", () => {
    const fields = { payment_intent: undefined, charge: { id: "ch_1", object: "charge" } };
    expect(says("charge.dispute.created", fields)).toMatchObject({ payment_ref: "ch_1" });
  });
  test.each([0, null, undefined])("that cannot be answered has no due date (%j)", (due_by) => {
    expect(says("charge.dispute.created", { "evidence_details.due_by": due_by })).toMatchObject({
      evidence_due_at: null,
    });
  });
  test.each([
    ["warning_needs_response", "needs_response"],
    ["warning_under_review", "under_review"],
    ["warning_closed", "closed"],
    ["needs_response", "needs_response"],
    ["under_review", "under_review"],
    ["appeal_needs_response", "needs_response"],
    ["appeal_under_review", "under_review"],
    ["won", "won"],
    ["lost", "lost"],
    ["prevented", "closed"],
    ["charge_refunded", "closed"],
  ])("that is %s is %s", (status, ours) =>
    expect(says("charge.dispute.updated", { status })).toMatchObject({ status: ours }),
  );
});

describe("a subscription", () => {
  test.each([
    ["incomplete", "incomplete"],
    ["incomplete_expired", "expired"],
    ["trialing", "trialing"],
    ["active", "active"],
    ["past_due", "past_due"],
    ["unpaid", "past_due"],
    ["paused", "paused"],
    ["canceled", "cancelled"],
  ])("that is %s is %s", (status, ours) => {
    expect(says("customer.subscription.updated", { status })).toMatchObject({ status: ours });
  });
  test("before basil has its period itself", () => {
    const fields = {
      current_period_start: 1_700_000_000,
      current_period_end: 1_702_592_000,
      "items.data.0.current_period_start": undefined,
      "items.data.0.current_period_end": undefined,
    };
    expect(says("customer.subscription.updated", fields)).toMatchObject({
      current_period_start: "2023-11-14T22:13:20.000Z",
      current_period_end: "2023-12-14T22:13:20.000Z",
    });
  });
  test("may name its product in the plan alone, or only the plan", () => {
    expect(says("customer.subscription.created", { "items.data.0.price": undefined })).toMatchObject({
      product_ref: "prod_TRx0aBcDeFgHiJ",
    });
    expect(
      says("customer.subscription.created", { items: undefined, plan: { id: "gold", product: "prod_1" } }),
    ).toMatchObject({
      product_ref: "prod_1",
    });
    expect(says("customer.subscription.created", { items: undefined, plan: { id: "gold" } })).toMatchObject({
      product_ref: "gold",
    });
  });
  test("without items has neither period nor product", () => {
    expect(says("customer.subscription.created", { "items.data": [] })).toMatchObject({
      product_ref: null,
      current_period_start: null,
      current_period_end: null,
    });
  });
  test("that the portal ends with the period, by date alone, ends with the period", () => {
    const fields = {
      cancel_at_period_end: false,
      cancel_at: 1_797_750_000,
      "items.data.0.current_period_end": 1_797_750_000,
    };
    expect(says("customer.subscription.updated", fields)).toMatchObject({ cancel_at_period_end: true });
  });
  test("that ends in a later period does not end with this one", () => {
    const fields = {
      cancel_at_period_end: false,
      cancel_at: 1_800_000_000,
      "items.data.0.current_period_end": 1_797_750_000,
    };
    expect(says("customer.subscription.updated", fields)).toMatchObject({ cancel_at_period_end: false });
  });
});

describe("an invoice", () => {
  test("before basil names its subscription and payment itself", () => {
    const fields = { parent: undefined, subscription: "sub_1", payment_intent: "pi_1", charge: "ch_1" };
    expect(says("invoice.paid", fields)).toMatchObject({ provider_ref: "sub_1", payment_ref: "pi_1" });
  });
  test("may hold the whole subscription", () => {
    expect(says("invoice.paid", { "parent.subscription_details.subscription": { id: "sub_1" } })).toMatchObject({
      provider_ref: "sub_1",
    });
  });
  test.each([null, { type: "quote_details", quote_details: { quote: "qt_1" }, subscription_details: null }])(
    "of no subscription says nothing (parent %j)",
    (parent) => expect(says("invoice.paid", { parent })).toBeNull(),
  );
  test("that was paid has what was paid; that failed has what was due", () => {
    const fields = { amount_due: 2900, amount_paid: 0 };
    expect(says("invoice.payment_succeeded", fields)).toMatchObject({ outcome: "paid", amount_minor: 0 });
    expect(says("invoice.payment_failed", fields)).toMatchObject({ outcome: "failed", amount_minor: 2900 });
  });
});

describe("a product", () => {
  test("that was deleted is no longer active", () =>
    expect(says("product.deleted", { active: true })).toMatchObject({ active: false }));
  test("names our sku in its metadata", () =>
    expect(says("product.updated", { "metadata.sku": "COACH-1" })).toMatchObject({ sku: "COACH-1" }));
  test("may have no description", () =>
    expect(says("product.created", { description: null })).toMatchObject({ description: null }));
});

describe("text", () => {
  const name = (text: string) => says("customer.updated", { name: text });

  test("loses what Postgres cannot store", () => expect(name("A\0min\ud800a")).toMatchObject({ name: "Amin\ufffda" }));
  test("keeps letters of every plane", () => expect(name("Amina 🎓 ő")).toMatchObject({ name: "Amina 🎓 ő" }));
  test("is cut to what the fact holds, and never through a letter", () => {
    expect(name("x".repeat(600))).toMatchObject({ name: "x".repeat(500) });
    expect(name(`${"x".repeat(499)}🎓`)).toMatchObject({ name: `${"x".repeat(499)}\ufffd` });
  });
  test("that is empty is none", () => expect(name("")).toMatchObject({ name: null }));
});

describe("an error names the type, the field, what belongs there and what was found:", () => {
  const id = "an id of 1 to 255 printable characters";
  test.each<[type: string, fields: Record<string, unknown>, message: string]>([
    [
      "charge.refunded",
      { currency: undefined },
      "data.object.currency: expected a three-letter currency code, found nothing",
    ],
    [
      "charge.refunded",
      { currency: "euro" },
      'data.object.currency: expected a three-letter currency code, found "euro"',
    ],
    [
      "charge.refunded",
      { amount_refunded: "12" },
      'data.object.amount_refunded: expected a whole amount of minor units, 0 or more, found "12"',
    ],
    [
      "charge.refunded",
      { amount_refunded: -1 },
      "data.object.amount_refunded: expected a whole amount of minor units, 0 or more, found -1",
    ],
    [
      "payment_intent.succeeded",
      { amount_received: 1.5 },
      "data.object.amount_received: expected a whole amount of minor units, 0 or more, found 1.5",
    ],
    [
      "payment_intent.succeeded",
      { amount_received: 2 ** 53 },
      "data.object.amount_received: expected a whole amount of minor units, 0 or more, found 9007199254740992",
    ],
    [
      "payment_intent.succeeded",
      { id: "" },
      "data.object.payment_intent: expected an id, or an object with one (here or at id), found nothing",
    ],
    [
      "checkout.session.completed",
      { amount_total: -1 },
      "data.object.amount_total: expected a whole amount of minor units, 0 or more, found -1",
    ],
    [
      "checkout.session.completed",
      { mode: "rent" },
      'data.object.mode: expected one of payment, subscription, setup, found "rent"',
    ],
    [
      "checkout.session.completed",
      { payment_status: undefined },
      "data.object.payment_status: expected one of paid, no_payment_required, unpaid, found nothing",
    ],
    [
      "checkout.session.completed",
      { payment_intent: {} },
      "data.object.payment_intent: expected an id, or an object with one, found an object",
    ],
    [
      "checkout.session.completed",
      { customer: [] },
      "data.object.customer: expected an id, or an object with one, found a list",
    ],
    ["checkout.session.expired", { id: "c".repeat(256) }, `data.object.id: expected ${id}, found "${"c".repeat(59)}…`],
    [
      "refund.updated",
      { status: "gone" },
      'data.object.status: expected one of pending, requires_action, succeeded, failed, canceled, found "gone"',
    ],
    [
      "charge.dispute.created",
      { "evidence_details.due_by": "soon" },
      'data.object.evidence_details.due_by: expected a time in unix seconds, found "soon"',
    ],
    [
      "customer.subscription.updated",
      { status: "toString" },
      'data.object.status: expected one of incomplete, incomplete_expired, trialing, active, past_due, unpaid, paused, canceled, found "toString"',
    ],
    ["customer.updated", { email: 5 }, "data.object.email: expected text, found 5"],
    ["product.updated", { name: "\0" }, 'data.object.name: expected text, found "\\u0000"'],
    ["product.updated", { active: "yes" }, 'data.object.active: expected true or false, found "yes"'],
    [
      "invoice.paid",
      { amount_paid: undefined },
      "data.object.amount_paid: expected a whole amount of minor units, 0 or more, found nothing",
    ],
  ])("%s with %j", (type, fields, message) => {
    expect(() => says(type, fields)).toThrow(new Error(`${type}: ${message}`));
  });

  test("without half a letter where what was found is cut short", () => {
    expect(() => says("charge.refunded", { currency: "🎓".repeat(40) })).toThrow(`found "${"🎓".repeat(29)}\ufffd…`);
  });
  test("an event without a time", () => {
    const event = { ...JSON.parse(stripeEvent("customer.updated")), created: null };
    expect(() => stripe.translate(event)).toThrow(
      new Error("customer.updated: created: expected a time in unix seconds, found null"),
    );
  });
  test("an event without an object", () => {
    expect(() => stripe.translate({ type: "customer.updated" })).toThrow(
      new Error("customer.updated: data.object: expected an object, found nothing"),
    );
  });
  test.each([null, "text", 5, {}, { type: 5 }])("%j instead of an event", (event) => {
    expect(() => stripe.translate(event)).toThrow(`type: expected ${id}, found`);
  });
});
