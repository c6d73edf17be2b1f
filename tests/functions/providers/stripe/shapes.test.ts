/** Unusual Stripe payloads: older API versions, nulls, expanded objects, and invalid ones. */
import { describe, expect, test } from "vitest";
import { stripe } from "../../../../functions/_shared/providers/stripe/webhook.ts";
import { stripeEvent } from "../../../../simulator/providers/stripe.ts";

/** The fact of an event whose object has these fields; undefined removes a field. */
function factOf(type: string, fields: Record<string, unknown> = {}) {
  const overrides = Object.entries(fields).map(([path, value]) => [`data.object.${path}`, value]);
  const facts = stripe.translate(JSON.parse(stripeEvent(type, Object.fromEntries(overrides))));
  return facts[0] ?? null;
}

const SESSION = "1f0e9b52-6c0f-4a7e-8f0a-3b1f5f7d2c11";
const USER = "7b0c2f0e-7f0b-4a53-9d0c-0f6f0a2d9b11";

describe("a checkout session", () => {
  test("that is completed unpaid is a pending payment", () => {
    expect(factOf("checkout.session.completed", { payment_status: "unpaid" })).toMatchObject({
      type: "payment.pending",
      amount_minor: 4900,
    });
  });
  test("that needs no payment is captured with its own id and the amount 0", () => {
    const fields = { id: "cs_1", payment_status: "no_payment_required", payment_intent: null, amount_total: 0 };
    expect(factOf("checkout.session.completed", fields)).toMatchObject({
      type: "payment.captured",
      provider_ref: "cs_1",
      amount_minor: 0,
    });
  });
  test("that sets up a card has no fact", () => {
    expect(
      factOf("checkout.session.completed", { mode: "setup", amount_total: null, currency: null, payment_intent: null }),
    ).toBeNull();
  });
  test.each(["async_payment_succeeded", "async_payment_failed"])("of a subscription has no fact for %s", (event) => {
    expect(factOf(`checkout.session.${event}`, { mode: "subscription", payment_intent: null })).toBeNull();
  });
  test("may contain the expanded payment intent and customer", () => {
    const fields = {
      payment_intent: { id: "pi_1", object: "payment_intent" },
      customer: { id: "cus_1", object: "customer" },
    };
    expect(factOf("checkout.session.completed", fields)).toMatchObject({ provider_ref: "pi_1", customer_ref: "cus_1" });
  });
  test("may have no customer", () => {
    const fields = { customer: null, customer_details: null, customer_email: null };
    expect(factOf("checkout.session.completed", fields)).toMatchObject({ customer_ref: null, email: null });
  });
  test("may have a deleted customer", () => {
    const fields = { customer: { id: "cus_1", object: "customer", deleted: true } };
    expect(factOf("checkout.session.completed", fields)).toMatchObject({ customer_ref: "cus_1" });
  });
  test("has the prefilled e-mail before the buyer enters one", () => {
    const fields = { customer_details: null, customer_email: "early@example.com" };
    expect(factOf("checkout.session.completed", fields)).toMatchObject({ email: "early@example.com" });
  });
  test("in CFA francs has an amount without decimals", () => {
    const fields = { amount_total: 30000, currency: "xaf" };
    expect(factOf("checkout.session.completed", fields)).toMatchObject({ amount_minor: 30000, currency: "XAF" });
  });
  test("that expired has its own id even when it has a payment intent", () => {
    const fields = { id: "cs_1", payment_intent: "pi_1" };
    expect(factOf("checkout.session.expired", fields)).toMatchObject({
      type: "checkout.expired",
      provider_ref: "cs_1",
    });
  });
});

describe("a session whose total Stripe changed", () => {
  test("says how it came about", () => {
    const fields = {
      ...{ amount_subtotal: 4900, amount_total: 5341 },
      total_details: { amount_tax: 931, amount_shipping: 500, amount_discount: 990 },
    };
    expect(factOf("checkout.session.completed", fields)).toMatchObject({
      amount_minor: 5341,
      breakdown: { subtotal_minor: 4900, tax_minor: 931, shipping_minor: 500, discount_minor: 990 },
    });
  });
  test("says nothing of it where nothing was changed, or nothing is told", () => {
    for (const total_details of [null, { amount_tax: 0, amount_shipping: 0, amount_discount: 0 }])
      expect(factOf("checkout.session.completed", { amount_subtotal: 4900, total_details })).not.toHaveProperty(
        "breakdown",
      );
  });
  test("may have no currency, before it is paid, and then says nothing", () => {
    expect(factOf("checkout.session.completed", { currency: null, payment_status: "unpaid" })).toBeNull();
    expect(() => factOf("checkout.session.completed", { currency: null, payment_status: "paid" })).toThrow("currency");
  });
  test.each(["completed", "async_payment_failed"])("may have no total (%s), and then says nothing", (what) => {
    const fields = { amount_total: null, currency: null, payment_status: "unpaid" };
    expect(factOf(`checkout.session.${what}`, fields)).toBeNull();
  });
});

describe("an invoice's payment", () => {
  test.each([
    [{ payment: { type: "charge", charge: "ch_1" } }, { payment_ref: "ch_1" }],
    [{ payment: { type: "payment_intent", payment_intent: { id: "pi_1" } } }, { payment_ref: "pi_1" }],
    [{ invoice: { id: "in_1", object: "invoice" } }, { provider_ref: "in_1" }],
    [{ amount_paid: null, amount_requested: 2900 }, { amount_minor: 2900 }],
  ])("may be told as %j", (fields, fact) => expect(factOf("invoice_payment.paid", fields)).toMatchObject(fact));
  test("that was made outside Stripe names none of its payments", () => {
    const payment = { type: "payment_record", payment_record: "prec_1" };
    expect(factOf("invoice_payment.paid", { payment })).toBeNull();
  });
});

describe("an invoice that lists its payments", () => {
  test("says which payment paid it, beside what was billed", () => {
    const event = JSON.parse(stripeEvent("invoice.paid"));
    event.data.object.payments = {
      object: "list",
      data: [
        { amount_paid: 1500, status: "paid", payment: { type: "payment_intent", payment_intent: "pi_b" } },
        { amount_requested: 1500, status: "canceled", payment: { type: "payment_intent", payment_intent: "pi_a" } },
      ],
    };
    expect(stripe.translate(event)).toMatchObject([
      { type: "membership.billed" },
      { type: "invoice.paid", provider_ref: event.data.object.id, payment_ref: "pi_b", amount_minor: 1500 },
    ]);
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
    // With flexible billing, `cancel_at` alone says that it ends with its period.
    ["customer.subscription.updated", { cancel_at: 1_790_000_000 }, { cancel_at_period_end: true }],
    [
      "customer.subscription.updated",
      { cancel_at_period_end: false, cancel_at: 1_900_000_000 },
      { cancel_at_period_end: false },
    ],
    [
      "customer.subscription.updated",
      { cancel_at_period_end: false, cancel_at: null },
      { cancel_at_period_end: false },
    ],
    ["customer.subscription.resumed", {}, { status: "paused" }],
    ["customer.subscription.resumed", { status: "past_due" }, { status: "past_due" }],
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
    const fact = factOf("checkout.session.completed", fields);
    return fact && "checkout_session_id" in fact ? fact.checkout_session_id : undefined;
  };

  test("that of the metadata rather than the client reference", () => {
    expect(session({ "metadata.checkout_session_id": SESSION, client_reference_id: USER })).toBe(SESSION);
  });
  test("the client reference when the metadata has none", () =>
    expect(session({ client_reference_id: SESSION })).toBe(SESSION));
  test("the client reference when the metadata has another value", () => {
    expect(session({ "metadata.checkout_session_id": "cart 17", client_reference_id: SESSION })).toBe(SESSION);
  });
  test("in lower case", () => expect(session({ "metadata.checkout_session_id": SESSION.toUpperCase() })).toBe(SESSION));
  test.each(["cart 17", "", `${SESSION}0`, `{${SESSION}}`, null, 17, ["x"], { toString: 1 }])(
    "null when both are %j",
    (other) => {
      expect(session({ "metadata.checkout_session_id": other, client_reference_id: other })).toBeNull();
    },
  );
  test("null without metadata and client reference", () =>
    expect(session({ metadata: null, client_reference_id: null })).toBeNull());
  test("that of a payment intent's metadata", () => {
    expect(factOf("payment_intent.succeeded", { "metadata.checkout_session_id": SESSION })).toMatchObject({
      checkout_session_id: SESSION,
    });
  });
});

describe("a payment intent", () => {
  test("that is captured in part has the amount received", () => {
    expect(factOf("payment_intent.succeeded", { amount: 4900, amount_received: 3000 })).toMatchObject({
      amount_minor: 3000,
    });
  });
  test("has the e-mail address of the receipt", () => {
    expect(factOf("payment_intent.succeeded", { receipt_email: "r@example.com" })).toMatchObject({
      email: "r@example.com",
    });
  });
  test("that failed has the error code when there is no decline code", () => {
    const fields = { "last_payment_error.decline_code": undefined };
    expect(factOf("payment_intent.payment_failed", fields)).toMatchObject({ failure_code: "card_declined" });
  });
  test("that failed may have no reason", () => {
    expect(factOf("payment_intent.payment_failed", { last_payment_error: null })).toMatchObject({
      failure_code: null,
      failure_message: null,
    });
  });
});

describe("a refunded charge", () => {
  test("has the amount refunded so far", () => {
    expect(factOf("charge.refunded", { amount_refunded: 1000, refunded: false })).toMatchObject({
      refunded_minor: 1000,
    });
  });
  test("without a payment intent has its own id", () => {
    expect(factOf("charge.refunded", { id: "ch_1", payment_intent: null })).toMatchObject({ payment_ref: "ch_1" });
  });
  test("of an API version without amount_captured counts as captured in full", () => {
    expect(factOf("charge.refunded", { amount_captured: undefined })).toMatchObject({ refunded_minor: 4900 });
  });
  test("of a version without amount_captured does not count what was released, and moved no money", () => {
    const released = { amount: 1100, balance_transaction: null, status: "succeeded" };
    const refunded = { amount: 900, balance_transaction: "txn_1", status: "succeeded" };
    const charge = { amount: 6000, amount_captured: undefined, refunded: false };
    expect(factOf("charge.refunded", { ...charge, amount_refunded: 1100, refunds: { data: [released] } })).toBeNull();
    expect(
      factOf("charge.refunded", { ...charge, amount_refunded: 2000, refunds: { data: [refunded, released] } }),
    ).toMatchObject({ refunded_minor: 900 });
  });
  test("that was never captured has no refund", () => {
    expect(factOf("charge.refunded", { captured: false, amount_captured: 0 })).toBeNull();
    expect(factOf("charge.refunded", { captured: false, amount_captured: undefined })).toBeNull();
  });
  test("does not count the part that was never captured", () => {
    expect(factOf("charge.refunded", { amount_captured: 3000, amount_refunded: 1900 })).toBeNull();
    expect(factOf("charge.refunded", { amount_captured: 3000, amount_refunded: 2400 })).toMatchObject({
      refunded_minor: 500,
    });
  });
  test("that was captured above its amount has the full amount refunded", () => {
    expect(factOf("charge.refunded", { amount_captured: 5400, amount_refunded: 5400 })).toMatchObject({
      refunded_minor: 5400,
    });
  });
});

describe("a refund", () => {
  test("of a charge without a payment intent has the charge id", () => {
    expect(factOf("refund.updated", { payment_intent: null, charge: "ch_1" })).toMatchObject({ payment_ref: "ch_1" });
  });
  test("of no payment at all says nothing", () => {
    expect(factOf("refund.created", { payment_intent: null, charge: null })).toBeNull();
  });
  test("without a status is pending", () => {
    expect(factOf("refund.updated", { status: null })).toMatchObject({ status: "pending" });
  });
  test.each(["refund.created", "refund.updated", "charge.refund.updated"])(
    "that moved no money is a released authorization, whichever of its events tells (%s)",
    (type) => {
      const released = { status: "succeeded", balance_transaction: null };
      expect(factOf(type, released)).toBeNull();
      expect(factOf(type, { ...released, balance_transaction: "txn_1" })).toMatchObject({ status: "succeeded" });
      // Not told by this API version, or not known yet: a refund like any other.
      expect(factOf(type, { ...released, balance_transaction: undefined })).toMatchObject({ status: "succeeded" });
      expect(factOf(type, { ...released, status: "pending" })).toMatchObject({ status: "pending" });
    },
  );
  test("has no reason when Stripe has none", () =>
    expect(factOf("refund.created", { reason: null })).toMatchObject({ reason: null }));
  test.each([
    ["pending", "pending"],
    ["requires_action", "pending"],
    ["succeeded", "succeeded"],
    ["failed", "failed"],
    ["canceled", "cancelled"],
  ])("that is %s is %s", (status, expected) =>
    expect(factOf("refund.updated", { status })).toMatchObject({ status: expected }),
  );
});

describe("a dispute", () => {
  test("of a charge without a payment intent has the charge id", () => {
    expect(factOf("charge.dispute.created", { payment_intent: null, charge: "ch_1" })).toMatchObject({
      payment_ref: "ch_1",
    });
  });
  test("of an older API version may contain the expanded charge and no payment intent", () => {
    const fields = { payment_intent: undefined, charge: { id: "ch_1", object: "charge" } };
    expect(factOf("charge.dispute.created", fields)).toMatchObject({ payment_ref: "ch_1" });
  });
  test.each([0, null, undefined])("that accepts no response has no due date (%j)", (due_by) => {
    expect(factOf("charge.dispute.created", { "evidence_details.due_by": due_by })).toMatchObject({
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
  ])("that is %s is %s", (status, expected) =>
    expect(factOf("charge.dispute.updated", { status })).toMatchObject({ status: expected }),
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
  ])("that is %s is %s", (status, expected) => {
    expect(factOf("customer.subscription.updated", { status })).toMatchObject({ status: expected });
  });
  test("of an API version before basil has its own period", () => {
    const fields = {
      current_period_start: 1_700_000_000,
      current_period_end: 1_702_592_000,
      "items.data.0.current_period_start": undefined,
      "items.data.0.current_period_end": undefined,
    };
    expect(factOf("customer.subscription.updated", fields)).toMatchObject({
      current_period_start: "2023-11-14T22:13:20.000Z",
      current_period_end: "2023-12-14T22:13:20.000Z",
    });
  });
  test("may name its product only in the plan, or only the plan", () => {
    expect(factOf("customer.subscription.created", { "items.data.0.price": undefined })).toMatchObject({
      product_ref: "prod_TRx0aBcDeFgHiJ",
    });
    expect(
      factOf("customer.subscription.created", { items: undefined, plan: { id: "gold", product: "prod_1" } }),
    ).toMatchObject({
      product_ref: "prod_1",
    });
    expect(factOf("customer.subscription.created", { items: undefined, plan: { id: "gold" } })).toMatchObject({
      product_ref: "gold",
    });
  });
  test("without items has no period and no product", () => {
    expect(factOf("customer.subscription.created", { "items.data": [] })).toMatchObject({
      product_ref: null,
      current_period_start: null,
      current_period_end: null,
    });
  });
  test("with cancel_at at the end of the period has cancel_at_period_end", () => {
    const fields = {
      cancel_at_period_end: false,
      cancel_at: 1_797_750_000,
      "items.data.0.current_period_end": 1_797_750_000,
    };
    expect(factOf("customer.subscription.updated", fields)).toMatchObject({ cancel_at_period_end: true });
  });
  test("with cancel_at in a later period does not have cancel_at_period_end", () => {
    const fields = {
      cancel_at_period_end: false,
      cancel_at: 1_800_000_000,
      "items.data.0.current_period_end": 1_797_750_000,
    };
    expect(factOf("customer.subscription.updated", fields)).toMatchObject({ cancel_at_period_end: false });
  });
});

describe("an invoice", () => {
  test("of an API version before basil names its subscription and payment", () => {
    const fields = { parent: undefined, subscription: "sub_1", payment_intent: "pi_1", charge: "ch_1" };
    expect(factOf("invoice.paid", fields)).toMatchObject({ provider_ref: "sub_1", payment_ref: "pi_1" });
  });
  test("may contain the expanded subscription", () => {
    expect(factOf("invoice.paid", { "parent.subscription_details.subscription": { id: "sub_1" } })).toMatchObject({
      provider_ref: "sub_1",
    });
  });
  test.each([null, { type: "quote_details", quote_details: { quote: "qt_1" }, subscription_details: null }])(
    "without a subscription has no fact (parent %j)",
    (parent) => expect(factOf("invoice.paid", { parent })).toBeNull(),
  );
  test("has the amount paid when it is paid, and the amount due when the payment failed", () => {
    const fields = { amount_due: 2900, amount_paid: 0 };
    expect(factOf("invoice.payment_succeeded", fields)).toMatchObject({ outcome: "paid", amount_minor: 0 });
    expect(factOf("invoice.payment_failed", fields)).toMatchObject({ outcome: "failed", amount_minor: 2900 });
  });
});

describe("a product", () => {
  test("that is deleted is not active", () =>
    expect(factOf("product.deleted", { active: true })).toMatchObject({ active: false }));
  test("has our SKU from its metadata", () =>
    expect(factOf("product.updated", { "metadata.sku": "COACH-1" })).toMatchObject({ sku: "COACH-1" }));
  test("may have no description", () =>
    expect(factOf("product.created", { description: null })).toMatchObject({ description: null }));
});

describe("text", () => {
  const name = (text: string) => factOf("customer.updated", { name: text });

  test("loses characters that Postgres cannot store", () =>
    expect(name("A\0min\ud800a")).toMatchObject({ name: "Amin\ufffda" }));
  test("keeps characters of every Unicode plane", () =>
    expect(name("Amina 🎓 ő")).toMatchObject({ name: "Amina 🎓 ő" }));
  test("is cut to the limit of the fact, never within a character", () => {
    expect(name("x".repeat(600))).toMatchObject({ name: "x".repeat(500) });
    expect(name(`${"x".repeat(499)}🎓`)).toMatchObject({ name: `${"x".repeat(499)}\ufffd` });
  });
  test("that is empty is null", () => expect(name("")).toMatchObject({ name: null }));
});

describe("an error names the type, the field, what was expected and what was found:", () => {
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
      "data.object.status: expected one of incomplete, incomplete_expired, trialing, active, past_due, unpaid, " +
        'paused, canceled, found "toString"',
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
    expect(() => factOf(type, fields)).toThrow(new Error(`${type}: ${message}`));
  });

  test("without half a character when the value is cut", () => {
    expect(() => factOf("charge.refunded", { currency: "🎓".repeat(40) })).toThrow(`found "${"🎓".repeat(29)}\ufffd…`);
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
