/** The facts of every Stripe fixture and of every translated type. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Fact } from "../../../../functions/_shared/facts/facts.ts";
import { stripe } from "../../../../functions/_shared/providers/stripe/webhook.ts";
import { stripeEvent, stripeTypes } from "../../../../simulator/providers/stripe.ts";

const FIXTURES = new URL("../../../fixtures/stripe/", import.meta.url);

const PAID_BY_CARD = {
  provider_ref: "pi_3SVq0LLkdIwHu7ix1a2b3C4d",
  amount_minor: 4900,
  currency: "EUR",
  customer_ref: "cus_TRx1p8mQfYv2Lk",
};
const PAID_BY_DEBIT = {
  provider_ref: "pi_3SVq0SLkdIwHu7ix1SepaDeb",
  checkout_session_id: "7b0c2f0e-7f0b-4a53-9d0c-0f6f0a2d9b11",
  amount_minor: 4900,
  currency: "EUR",
  customer_ref: "cus_TRx1p8mQfYv2Lk",
  email: "amina.buyer@example.com",
};
const DISPUTE = {
  type: "dispute.updated",
  provider_ref: "du_1SVqDILkdIwHu7ixDispute1",
  payment_ref: "pi_3SVq0LLkdIwHu7ix1a2b3C4d",
  amount_minor: 4900,
  currency: "EUR",
  reason: "fraudulent",
  evidence_due_at: "2026-11-30T07:00:00.000Z",
} as const;
const MEMBERSHIP = {
  type: "membership.updated",
  provider_ref: "sub_1SVq10LkdIwHu7ixSubMonth",
  customer_ref: "cus_TRx1p8mQfYv2Lk",
  email: null,
  product_ref: "prod_TRx0aBcDeFgHiJ",
  current_period_start: "2026-11-20T07:00:00.000Z",
  current_period_end: "2026-12-20T07:00:00.000Z",
} as const;

const EXPECTED: Record<string, Fact[]> = {
  "checkout.session.completed": [
    {
      type: "payment.captured",
      occurred_at: "2026-11-20T07:00:00.000Z",
      ...PAID_BY_CARD,
      checkout_session_id: "7b0c2f0e-7f0b-4a53-9d0c-0f6f0a2d9b11",
      email: "amina.buyer@example.com",
    },
  ],
  "checkout.session.completed.subscription-mode": [],
  "checkout.session.async_payment_succeeded": [
    { type: "payment.captured", occurred_at: "2026-11-25T07:00:00.000Z", ...PAID_BY_DEBIT },
  ],
  "checkout.session.async_payment_failed": [
    {
      type: "payment.failed",
      occurred_at: "2026-11-25T07:00:00.000Z",
      ...PAID_BY_DEBIT,
      failure_code: null,
      failure_message: null,
    },
  ],
  "checkout.session.expired": [
    {
      type: "checkout.expired",
      occurred_at: "2026-11-20T07:00:00.000Z",
      provider_ref: "cs_test_e1Expired0Example9Session8Id7Abc6Def5Ghi4Jkl3Mno2Pqr1Stu",
      checkout_session_id: "7b0c2f0e-7f0b-4a53-9d0c-0f6f0a2d9b11",
    },
  ],
  "payment_intent.succeeded": [
    {
      type: "payment.captured",
      occurred_at: "2026-11-20T06:59:58.000Z",
      ...PAID_BY_CARD,
      checkout_session_id: null,
      email: null,
    },
  ],
  "payment_intent.payment_failed": [
    {
      type: "payment.failed",
      occurred_at: "2026-11-20T07:00:00.000Z",
      provider_ref: "pi_3SVq0FLkdIwHu7ix0Failed01",
      checkout_session_id: null,
      amount_minor: 4900,
      currency: "EUR",
      customer_ref: "cus_TRx1p8mQfYv2Lk",
      email: null,
      failure_code: "insufficient_funds",
      failure_message: "Your card has insufficient funds.",
    },
  ],
  "payment_intent.canceled": [
    {
      type: "payment.cancelled",
      occurred_at: "2026-11-20T07:00:00.000Z",
      provider_ref: "pi_3SVq0CLkdIwHu7ix0Cancel01",
      checkout_session_id: null,
      amount_minor: 4900,
      currency: "EUR",
      customer_ref: "cus_TRx1p8mQfYv2Lk",
      email: null,
    },
  ],
  "charge.refunded": [
    {
      type: "payment.refunded",
      occurred_at: "2026-11-20T09:00:00.000Z",
      payment_ref: "pi_3SVq0LLkdIwHu7ix1a2b3C4d",
      refunded_minor: 4900,
      currency: "EUR",
    },
  ],
  "refund.created": [
    {
      type: "refund.updated",
      occurred_at: "2026-11-20T09:00:00.000Z",
      provider_ref: "re_3SVq0LLkdIwHu7ix1ReFuNd0",
      payment_ref: "pi_3SVq0LLkdIwHu7ix1a2b3C4d",
      amount_minor: 4900,
      currency: "EUR",
      status: "succeeded",
      reason: "requested_by_customer",
    },
  ],
  "refund.updated": [
    {
      type: "refund.updated",
      occurred_at: "2026-11-21T07:00:00.000Z",
      provider_ref: "re_3SVq0LLkdIwHu7ix1ReFuNd0",
      payment_ref: "pi_3SVq0LLkdIwHu7ix1a2b3C4d",
      amount_minor: 4900,
      currency: "EUR",
      status: "succeeded",
      reason: "requested_by_customer",
    },
  ],
  "refund.failed": [
    {
      type: "refund.updated",
      occurred_at: "2026-11-22T07:00:00.000Z",
      provider_ref: "re_3SVq0LLkdIwHu7ix1ReFail0",
      payment_ref: "pi_3SVq0LLkdIwHu7ix1a2b3C4d",
      amount_minor: 4900,
      currency: "EUR",
      status: "failed",
      reason: "expired_or_canceled_card",
    },
  ],
  "charge.dispute.created": [{ ...DISPUTE, occurred_at: "2026-11-23T07:00:00.000Z", status: "needs_response" }],
  "charge.dispute.funds_withdrawn": [{ ...DISPUTE, occurred_at: "2026-11-23T07:00:01.000Z", status: "needs_response" }],
  "charge.dispute.updated": [
    {
      ...DISPUTE,
      occurred_at: "2026-11-24T07:00:00.000Z",
      status: "under_review",
      previous: { status: "needs_response" },
    },
  ],
  "charge.dispute.closed": [
    {
      ...DISPUTE,
      occurred_at: "2027-01-19T07:00:00.000Z",
      status: "lost",
      previous: { status: "under_review" },
      is_last: true,
    },
  ],
  "customer.created": [
    {
      type: "customer.updated",
      occurred_at: "2026-11-20T06:55:00.000Z",
      provider_ref: "cus_TRx1p8mQfYv2Lk",
      email: "amina.buyer@example.com",
      name: "Amina Buyer",
      phone: null,
    },
  ],
  "customer.updated": [
    {
      type: "customer.updated",
      occurred_at: "2026-11-20T07:01:00.000Z",
      provider_ref: "cus_TRx1p8mQfYv2Lk",
      email: "amina.buyer@example.com",
      name: "Amina Buyer",
      phone: "+4915112345678",
      previous: { phone: null },
    },
  ],
  "product.updated": [
    {
      type: "product.updated",
      occurred_at: "2026-11-20T07:00:00.000Z",
      provider_ref: "prod_TRx0aBcDeFgHiJ",
      sku: null,
      name: "Coaching Pro",
      description: "One-to-one coaching, monthly plan.",
      active: true,
      previous: { name: "Coaching" },
    },
  ],
  "customer.subscription.created": [
    { ...MEMBERSHIP, occurred_at: "2026-11-20T07:00:00.000Z", status: "active", cancel_at_period_end: false },
  ],
  "customer.subscription.updated": [
    {
      ...{ ...MEMBERSHIP, occurred_at: "2026-11-30T07:00:00.000Z", status: "active", cancel_at_period_end: true },
      previous: { cancel_at_period_end: false },
    },
  ],
  "customer.subscription.deleted": [
    {
      ...MEMBERSHIP,
      occurred_at: "2026-12-20T07:00:00.000Z",
      status: "cancelled",
      cancel_at_period_end: true,
      is_last: true,
    },
  ],
  "invoice.paid": [
    {
      type: "membership.billed",
      occurred_at: "2026-11-20T07:00:02.000Z",
      provider_ref: "sub_1SVq10LkdIwHu7ixSubMonth",
      invoice_ref: "in_1SVq10LkdIwHu7ixInvFirst",
      payment_ref: null,
      outcome: "paid",
      amount_minor: 2900,
      currency: "EUR",
    },
  ],
  "invoice_payment.paid": [
    {
      type: "invoice.paid",
      occurred_at: "2026-11-20T07:00:02.000Z",
      provider_ref: "in_1SVq10LkdIwHu7ixInvFirst",
      payment_ref: "pi_3SVq10LkdIwHu7ix1SubPaid0",
      amount_minor: 2900,
      currency: "EUR",
    },
  ],
  "invoice.payment_failed": [
    {
      type: "membership.billed",
      occurred_at: "2026-12-20T08:00:02.000Z",
      provider_ref: "sub_1SVq10LkdIwHu7ixSubMonth",
      invoice_ref: "in_1SWz10LkdIwHu7ixInvSecond",
      payment_ref: null,
      outcome: "failed",
      amount_minor: 2900,
      currency: "EUR",
    },
  ],
};

describe("translate", () => {
  test.each(Object.entries(EXPECTED))("translates the fixture %s", (name, facts) => {
    expect(stripe.translate(JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), "utf8")))).toEqual(facts);
  });

  test("is tested with every fixture", () => {
    const files = readdirSync(FIXTURES).filter((file) => file !== "signature-vectors.json");
    expect(files.map((file) => file.replace(/\.json$/, "")).sort()).toEqual(Object.keys(EXPECTED).sort());
  });
});

describe("translate, for an event of npm run send,", () => {
  test.each([
    ["checkout.session.completed", "payment.captured"],
    ["checkout.session.completed.unpaid", "payment.pending"],
    ["checkout.session.completed.subscription-mode", undefined],
    ["checkout.session.async_payment_succeeded", "payment.captured"],
    ["checkout.session.async_payment_failed", "payment.failed"],
    ["checkout.session.expired", "checkout.expired"],
    ["payment_intent.processing", "payment.pending"],
    ["payment_intent.succeeded", "payment.captured"],
    ["payment_intent.payment_failed", "payment.failed"],
    ["payment_intent.canceled", "payment.cancelled"],
    ["charge.refunded", "payment.refunded"],
    ["charge.refund.updated", "refund.updated"],
    ["refund.created", "refund.updated"],
    ["refund.updated", "refund.updated"],
    ["refund.failed", "refund.updated"],
    ["charge.dispute.created", "dispute.updated"],
    ["charge.dispute.updated", "dispute.updated"],
    ["charge.dispute.closed", "dispute.updated"],
    ["charge.dispute.funds_withdrawn", "dispute.updated"],
    ["charge.dispute.funds_reinstated", "dispute.updated"],
    ["customer.created", "customer.updated"],
    ["customer.updated", "customer.updated"],
    ["product.created", "product.updated"],
    ["product.updated", "product.updated"],
    ["product.deleted", "product.updated"],
    ["customer.subscription.created", "membership.updated"],
    ["customer.subscription.updated", "membership.updated"],
    ["customer.subscription.deleted", "membership.updated"],
    ["customer.subscription.paused", "membership.updated"],
    ["customer.subscription.resumed", "membership.updated"],
    ["customer.subscription.trial_will_end", "membership.updated"],
    ["customer.subscription.pending_update_applied", "membership.updated"],
    ["customer.subscription.pending_update_expired", "membership.updated"],
    ["invoice.paid", "membership.billed"],
    ["invoice.payment_succeeded", "membership.billed"],
    ["invoice.payment_failed", "membership.billed"],
    ["invoice_payment.paid", "invoice.paid"],
  ])("translates %s to %s", (type, expected) => {
    expect(stripeTypes).toContain(type);
    expect(stripe.translate(JSON.parse(stripeEvent(type))).map((fact) => fact.type)).toEqual(
      expected ? [expected] : [],
    );
  });
});

test.each([
  "payment_intent.created",
  "payment_intent.requires_action",
  "charge.succeeded",
  "customer.deleted",
  "invoice.upcoming",
  "constructor",
  "x",
])("translate returns no facts for %s, whatever its content", (type) => {
  expect(stripe.translate({ id: "evt_1", object: "event", type, created: 1, data: { object: { id: 5 } } })).toEqual([]);
});

test("what is released of an authorization is no refund in charge.refunded: what was captured and went back is", () => {
  const refunded = (fields: Record<string, unknown>) =>
    stripe.translate(
      JSON.parse(
        stripeEvent(
          "charge.refunded",
          Object.fromEntries(Object.entries(fields).map(([name, value]) => [`data.object.${name}`, value])),
        ),
      ),
    );
  const charge = { amount: 9000, amount_captured: 4900, captured: true };
  expect(refunded({ ...charge, amount_refunded: 4100 })).toEqual([]);
  expect(refunded({ ...charge, amount_refunded: 5100 })).toMatchObject([{ refunded_minor: 1000 }]);
  expect(refunded({ amount: 9000, amount_captured: 0, captured: false, amount_refunded: 9000 })).toEqual([]);
});
