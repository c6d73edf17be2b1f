/** What public bug reports describe, on which an earlier build went wrong. Each test is named for its symptom. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { playCase } from "../cases.ts";
import { startTestStack, type TestStack } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack({ background: { cron: false, pgNet: false } });
});
afterAll(() => testStack?.stop());

const statuses = (played: Awaited<ReturnType<typeof playCase>>) => played.answers.map(({ body }) => body.status);
const payment = async (ref: string) =>
  (
    await testStack.sql`
      select status, amount_minor::int as amount, currency, refunded_minor::int as refunded, needs_review as review
      from public.payments where provider_ref = ${ref}`
  )[0];

describe("Whop's dated versions", () => {
  test("a payment whose money is an object is not failed, but captured", async () => {
    const played = await playCase(testStack, "whop_money_object");
    expect(statuses(played)).toEqual(["applied"]);
    expect(await payment(`pay_${played.run}`)).toMatchObject({ status: "captured", amount: 4900, currency: "USD" });
  });

  test("a refund without a top-level currency is not failed, but waits for its payment", async () => {
    const played = await playCase(testStack, "whop_refund_money_object");
    expect(statuses(played)).toEqual(["parked"]);
  });
});

describe("a renewal at Stripe since basil", () => {
  test("needs no review in any order of its events, for invoice_payment.paid names its invoice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 3, 1], { minLength: 6 }), async (order) => {
        const played = await playCase(testStack, "stripe_basil_renewal", order);
        expect(await payment(`pi_b${played.run}`)).toMatchObject({ status: "captured", review: false });
        const invoices = await testStack.sql`
          select outcome, payment_ref from public.membership_invoices where provider_ref = ${`in_${played.run}`}`;
        expect(invoices).toEqual([{ outcome: "paid", payment_ref: `pi_b${played.run}` }]);
        const waiting = await testStack.sql`
          select 1 from inbox.events where body like ${`%${played.run}%`} and status not in ('applied', 'ignored')`;
        expect(waiting).toHaveLength(0);
      }),
      { numRuns: 15 },
    );
  });
});

describe("a remainder of an authorization that is let go", () => {
  test("is no refund, whichever event tells of it", async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const played = await playCase(testStack, "stripe_refund_of_released_remainder", order);
      expect(await payment(`pi_${played.run}`)).toMatchObject({ status: "captured", amount: 4900, refunded: 0 });
      expect(statuses(played)).not.toContain("parked");
    }
  });
});

describe("two events of one second", () => {
  test("are ordered by what they say, not by their ids", async () => {
    for (const order of [
      [0, 1],
      [1, 0],
      [1, 0, 1],
    ]) {
      const { run } = await playCase(testStack, "stripe_same_second", order);
      const rows =
        await testStack.sql`select product_ref from public.memberships where provider_ref = ${`sub_s${run}`}`;
      expect(rows).toEqual([{ product_ref: "prod_new" }]);
    }
  });
});

describe("an event that nobody translates", () => {
  test("needs no valid time: PayPal's simulator sends month 19", async () => {
    const played = await playCase(testStack, "paypal_simulator_month_19");
    const rows = await testStack.sql`
      select provider_event_id, type, status, occurred_at from inbox.events where id = ${played.answers[0]!.body.id}`;
    expect(rows).toEqual([
      {
        provider_event_id: `WH-${played.run}-1`,
        type: "BILLING.SUBSCRIPTION.CREATED",
        status: "ignored",
        occurred_at: null,
      },
    ]);
  });
});

describe("two partial captures that together pay a checkout", () => {
  test.each([[[0, 1]], [[1, 0]], [[0, 1, 0, 1]]])("make one order (%j)", async (order) => {
    const { run, checkout } = await playCase(testStack, "paypal_two_partial_captures", order);
    const orders = await testStack.sql`
      select status, total_minor::int as total from public.orders where checkout_session_id = ${checkout}`;
    expect(orders).toEqual([{ status: "confirmed", total: 4900 }]);
    expect(await payment(`A${run}`)).toMatchObject({ status: "captured", review: false });
    expect(await payment(`B${run}`)).toMatchObject({ status: "captured", review: false });
  });

  test("nobody is told to refund the first while the second is awaited", async () => {
    for (const order of [[0], [1]]) {
      const { checkout } = await playCase(testStack, "paypal_two_partial_captures", order);
      const told = await testStack.sql`
        select coalesce(p.review_reason, '') as why from public.payments p where p.checkout_session_id = ${checkout}`;
      for (const { why } of told) expect(why).not.toMatch(/refund/i);
      const [checkoutNow] = await testStack.sql`select status from public.checkout_sessions where id = ${checkout}`;
      expect(checkoutNow!.status).toBe("payment_pending");
    }
  });
});
