/**
 * Whop's dated versions from 2026-08-14, written by hand in the shapes of whopsdk-python's types (payment, refund,
 * membership, dispute), with every field that they allow to be null as null; and the payloads of the user's own paper.
 */
import { describe, expect, test } from "vitest";
import { checked, type Fact } from "../../../../functions/_shared/facts/facts.ts";
import { whop } from "../../../../functions/_shared/providers/whop/webhook.ts";
import { signOld } from "../../../../simulator/providers/whop.ts";

const usd = (amount: string) => ({ amount, currency: "usd", decimals: 2, display_decimals: 2 });
const PAYMENT = {
  ...{ id: "pay_1", account_id: "biz_1", status: "paid", substatus: "succeeded", currency: "usd", total: usd("49.00") },
  ...{
    subtotal: usd("49.00"),
    usd_total: null,
    refunded_amount: null,
    refunded_at: null,
    amount_after_fees: usd("45.00"),
  },
  ...{ tax_amount: null, tax_behavior: null, tax_refunded_amount: usd("0.00"), presentment_total: null },
  ...{ membership_id: null, member_id: null, plan_id: null, product_id: null, metadata: null, customer_email: null },
  ...{ user: null, decline_code: null, failure_message: null, paid_at: null, last_payment_attempt_at: null },
  ...{ created_at: "2026-11-20T09:39:00.000Z", updated_at: "2026-11-20T09:40:04.000Z", payments_failed: 0 },
};
const REFUND = {
  ...{ id: "rf_1", account_id: null, payment_id: "pay_1", amount: usd("10.00"), original_amount: usd("10.00") },
  ...{
    status: "succeeded",
    provider: "stripe",
    reason: null,
    failure_message: null,
    failure_reason: null,
    visa_rdr: false,
  },
  ...{ created_at: "2026-11-20T12:00:00.000Z", updated_at: "2026-11-20T12:00:01.000Z" },
};
const MEMBERSHIP = {
  ...{
    id: "mem_1",
    account: { id: "biz_1" },
    status: "active",
    plan_id: "plan_1",
    product_id: "prod_1",
    user_id: null,
  },
  ...{ current_period_start: "2026-11-20T09:40:00.000Z", current_period_end: "2026-12-20T09:40:00.000Z" },
  ...{ cancel_at_period_end: false, canceled_at: null, cancellation_reason: null, metadata: {}, member: null },
  ...{ created_at: "2026-11-20T09:40:00.000Z", updated_at: "2026-11-20T09:40:05.000Z" },
};
const DISPUTE = {
  ...{ id: "dspt_1", account_id: "biz_1", amount: 49, currency: "usd", status: "needs_response", reason: "fraudulent" },
  ...{ payment: { id: "pay_1" }, evidence: {}, evidence_due_at: "2026-12-02T10:00:00.000Z", inquiry: false },
  ...{ created_at: "2026-11-25T10:00:00.000Z", updated_at: "2026-11-25T10:00:00.000Z" },
};

function facts(type: string, data: object): Fact[] {
  const event = whop.parse(
    JSON.stringify({
      ...{ id: "msg_1", type, api_version: "v1", api_version_date: "2026-08-14", account_id: "biz_1" },
      ...{ timestamp: "2026-11-20T09:50:00.000Z", data },
    }),
  );
  return checked(whop.translate(event, whop.read(event, new Headers())));
}

describe("a dated version", () => {
  test("of a payment whose money is an object is read", () => {
    expect(facts("payment.succeeded", { ...PAYMENT, customer_email: "a@example.com", user: { id: "user_1" } })).toEqual(
      [
        {
          ...{ type: "payment.captured", occurred_at: "2026-11-20T09:40:04.000Z", provider_ref: "pay_1" },
          ...{ checkout_session_id: null, amount_minor: 4900, currency: "USD", membership_ref: null, credits: null },
          ...{ customer_ref: "user_1", email: "a@example.com" },
        },
      ],
    );
  });
  test("of a payment with money in another currency than the payment's says so", () => {
    const total = { amount: "30000", currency: "xof", decimals: 0, display_decimals: 0 };
    expect(facts("payment.succeeded", { ...PAYMENT, total })).toMatchObject([{ amount_minor: 30000, currency: "XOF" }]);
  });
  test.each(["payment.created", "payment.pending", "payment.failed"])(
    "of a %s may have no total, and then says nothing",
    (type) => {
      expect(facts(type, { ...PAYMENT, total: null })).toEqual([]);
      expect(facts(type, PAYMENT)).toMatchObject([{ type, amount_minor: 4900 }]);
    },
  );
  test("of a payment without a total has it in US dollars, where Whop gives that", () => {
    const data = { ...PAYMENT, currency: "eur", total: null, usd_total: usd("53.10") };
    expect(facts("payment.succeeded", data)).toMatchObject([{ amount_minor: 5310, currency: "USD" }]);
    expect(facts("payment.succeeded", { ...data, usd_total: 53.1 })).toMatchObject([
      { amount_minor: 5310, currency: "USD" },
    ]);
  });
  test("of a failed payment has the decline code, and when it was tried", () => {
    const data = {
      ...PAYMENT,
      ...{ decline_code: "insufficient_funds", last_payment_attempt_at: "2026-11-20T09:41:00.000Z" },
    };
    expect(facts("payment.failed", data)).toMatchObject([
      { failure_code: "insufficient_funds", occurred_at: "2026-11-20T09:41:00.000Z" },
    ]);
  });
  test("of a payment that was refunded says how much went back", () => {
    const data = { ...PAYMENT, refunded_amount: usd("10.00"), refunded_at: "2026-11-21T00:00:00.000Z" };
    expect(facts("payment.succeeded", data)).toMatchObject([
      { type: "payment.captured" },
      { type: "payment.refunded", refunded_minor: 1000, currency: "USD", occurred_at: "2026-11-21T00:00:00.000Z" },
    ]);
  });
  test("of a refund has its currency in its money", () => {
    expect(facts("refund.created", REFUND)).toMatchObject([
      { provider_ref: "rf_1", payment_ref: "pay_1", amount_minor: 1000, currency: "USD", status: "succeeded" },
    ]);
  });
  test("of a refund without a settled amount has the amount that the processor moved", () => {
    expect(facts("refund.updated", { ...REFUND, amount: null })).toMatchObject([
      { amount_minor: 1000, currency: "USD" },
    ]);
  });
  test.each(["membership.activated", "membership.updated", "membership.cancel_at_period_end_changed"])(
    "of %s has its period under its new name",
    (type) => {
      expect(facts(type, MEMBERSHIP)).toMatchObject([
        {
          ...{ provider_ref: "mem_1", status: "active", product_ref: "prod_1", customer_ref: null },
          ...{
            current_period_start: MEMBERSHIP.current_period_start,
            current_period_end: MEMBERSHIP.current_period_end,
          },
        },
      ]);
    },
  );
  test("of a dispute has its deadline under its new name", () => {
    expect(facts("dispute.created", DISPUTE)).toMatchObject([
      { payment_ref: "pay_1", amount_minor: 4900, currency: "USD", evidence_due_at: "2026-12-02T10:00:00.000Z" },
    ]);
    expect(facts("dispute.created", { ...DISPUTE, amount: usd("49.00"), currency: undefined })).toMatchObject([
      { amount_minor: 4900, currency: "USD" },
    ]);
  });
  test("of a refund or dispute of no payment that Whop names says nothing", () => {
    expect(facts("refund.created", { ...REFUND, payment_id: null })).toEqual([]);
    expect(facts("dispute.created", { ...DISPUTE, payment: null })).toEqual([]);
  });
  test("names itself and the account", () => {
    const event = { id: "msg_1", type: "x", api_version: "v1", api_version_date: "2026-08-14", account_id: "biz_1" };
    expect(whop.read(event, new Headers())).toMatchObject({ version: "2026-08-14", account: "biz_1" });
  });
});

describe("the payloads of the user's paper", () => {
  const SIGNED_AT = 1_795_168_805_000;
  function old(body: object, now = SIGNED_AT) {
    const text = JSON.stringify(body);
    const event = whop.parse(text);
    const envelope = whop.read(event, new Headers(signOld(text, "secret", now)));
    return { envelope, facts: checked(whop.translate(event, envelope)) };
  }
  const paper = (action: string, status: string, valid: boolean) => ({
    action,
    data: {
      ...{ user_id: "user_123456789", product_id: "prod_123456789", membership_id: "memb_123456789" },
      ...{ status, valid },
    },
  });

  test("membership.went_valid without data.id makes the membership", () => {
    expect(old(paper("membership.went_valid", "active", true)).facts).toEqual([
      {
        ...{ type: "membership.updated", occurred_at: "2026-11-20T10:00:05.000Z", provider_ref: "memb_123456789" },
        ...{ customer_ref: "user_123456789", email: null, product_ref: "prod_123456789", status: "active" },
        ...{ current_period_start: null, current_period_end: null, cancel_at_period_end: false },
      },
    ]);
  });
  test.each([
    ["active", "expired"],
    ["canceled", "cancelled"],
    ["expired", "expired"],
  ])("membership.went_invalid, then %s, ends it", (status, ours) => {
    expect(old(paper("membership.went_invalid", status, false)).facts).toMatchObject([
      { provider_ref: "memb_123456789", status: ours },
    ]);
  });
  test("either may leave its status out", () => {
    const without = (action: string, valid: boolean) => {
      const { data, ...rest } = paper(action, "active", valid);
      return { ...rest, data: { ...data, status: undefined } };
    };
    expect(old(without("membership.went_valid", true)).facts).toMatchObject([{ status: "active" }]);
    expect(old(without("membership.went_invalid", false)).facts).toMatchObject([{ status: "expired" }]);
  });
  test("who leaves and joins again with the same body is not dropped as a duplicate", () => {
    const body = paper("membership.went_valid", "active", true);
    const ids = [0, 60_000, 3 * 3_600_000].map((later) => old(body, SIGNED_AT + later).envelope.id);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });
  test("payment.succeeded with a credit pack in its metadata names pack and credits", () => {
    const data = {
      ...{ id: "pay_123456789", user_id: "user_123456789", final_amount: 49.99, currency: "usd" },
      ...{ metadata: { type: "credit_pack", packId: "pack_100", credits: 100 } },
    };
    expect(old({ action: "payment.succeeded", data }).facts).toMatchObject([
      {
        ...{ type: "payment.captured", amount_minor: 4999, currency: "USD", customer_ref: "user_123456789" },
        credits: { pack_ref: "pack_100", credits: 100 },
      },
    ]);
  });
  test("payment.failed says that it failed", () => {
    const data = { id: "pay_123456789", user_id: "user_123456789", final_amount: 49.99, currency: "usd" };
    expect(old({ action: "payment.failed", data }).facts).toMatchObject([{ type: "payment.failed" }]);
  });
});
