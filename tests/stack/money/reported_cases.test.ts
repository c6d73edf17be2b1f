/** What public bug reports describe, on which an earlier build went wrong. Each test is named for its symptom. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stripeEvent } from "../../../simulator/providers/stripe.ts";
import { signOld, whopEvent } from "../../../simulator/providers/whop.ts";
import { aCheckout, playCase } from "../cases.ts";
import { post, startTestStack, type TestStack, until } from "../test_stack.ts";

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
        // As of its transmission.
        occurred_at: expect.any(Date),
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
        select p.needs_review as review, p.review_reason as why from public.payments p
        where p.checkout_session_id = ${checkout}`;
      expect(told).toHaveLength(1);
      expect(told[0]!.why ?? "").not.toMatch(/refund/i);
      // Only the last one, without the others, asks for a decision.
      expect(told[0]!.review).toBe(order[0] === 1);
      const [checkoutNow] = await testStack.sql`select status from public.checkout_sessions where id = ${checkout}`;
      expect(checkoutNow!.status).toBe("payment_pending");
    }
  });
});

describe("a total that Stripe changed for us", () => {
  const session = (checkout: string, set: object) =>
    stripeEvent("checkout.session.completed", {
      ...{ "data.object.metadata.checkout_session_id": checkout, "data.object.amount_subtotal": 4900 },
      ...Object.fromEntries(Object.entries(set).map(([path, value]) => [`data.object.${path}`, value])),
    });
  const orderOf = async (checkout: string) =>
    (
      await testStack.sql`
        select status, total_minor::int as total, tax_minor::int as tax, shipping_minor::int as shipping,
          discount_minor::int as discount
        from public.orders where checkout_session_id = ${checkout}`
    )[0];

  test("by tax and shipping is paid, and both are kept on the order", async () => {
    const checkout = await aCheckout(testStack, 4900);
    const total_details = { amount_tax: 931, amount_shipping: 500, amount_discount: 0 };
    expect((await post(testStack, "stripe", session(checkout, { amount_total: 6331, total_details }))).status).toBe(
      200,
    );
    expect(await orderOf(checkout)).toEqual({ status: "confirmed", total: 6331, tax: 931, shipping: 500, discount: 0 });
  });

  test("by a discount is reviewed, unless it is allowed", async () => {
    const changed = { amount_total: 3900, total_details: { amount_tax: 0, amount_shipping: 0, amount_discount: 1000 } };
    const checkout = await aCheckout(testStack, 4900);
    await post(testStack, "stripe", session(checkout, changed));
    expect(await orderOf(checkout)).toBeUndefined();
    await testStack.sql`update commerce.settings set provider_adjustments = '{discount}' where id`;
    try {
      const allowed = await aCheckout(testStack, 4900);
      await post(testStack, "stripe", session(allowed, changed));
      expect(await orderOf(allowed)).toMatchObject({ status: "confirmed", total: 3900, discount: 1000 });
    } finally {
      await testStack.sql`update commerce.settings set provider_adjustments = default where id`;
    }
  });
});

describe("the user's own paper", () => {
  /** As it stands there, signed the old way, byte for byte. */
  const WENT_VALID =
    '{"action": "membership.went_valid", "data": {"user_id": "user_123456789", "product_id": "prod_123456789", ' +
    '"membership_id": "memb_123456789", "status": "active", "valid": true}}';
  const WENT_INVALID = WENT_VALID.replace("went_valid", "went_invalid").replace(": true", ": false");
  const send = async (body: string) => {
    const headers = signOld(body, testStack.env.WHOP_WEBHOOK_SECRET!);
    const response = await fetch(`${testStack.stack.functionsUrl}/whop`, { method: "POST", body, headers });
    return [response.status, ((await response.json()) as { status: string }).status];
  };
  const membership = async () =>
    (
      await testStack.sql`
        select status, customer_ref, product_ref from public.memberships where provider_ref = 'memb_123456789'`
    )[0];

  test("membership.went_valid makes the membership, and went_invalid ends it", async () => {
    expect(await send(WENT_VALID)).toEqual([200, "applied"]);
    const its = { customer_ref: "user_123456789", product_ref: "prod_123456789" };
    expect(await membership()).toEqual({ status: "active", ...its });
    expect(await send(WENT_INVALID)).toEqual([200, "applied"]);
    expect(await membership()).toEqual({ status: "expired", ...its });
  });

  test("payment.succeeded and payment.failed are applied, with the amount as it is written there", async () => {
    const data = { id: "pay_987654321", user_id: "user_123456789", final_amount: 49.99, currency: "usd" };
    const metadata = { type: "credit_pack", packId: "pack_100", credits: 100 };
    const failed = JSON.stringify({ action: "payment.failed", data });
    expect(await send(failed)).toEqual([200, "applied"]);
    const succeeded = JSON.stringify({ action: "payment.succeeded", data: { ...data, metadata } });
    expect(await send(succeeded)).toEqual([200, "applied"]);
    expect(await payment("pay_987654321")).toMatchObject({ status: "captured", amount: 4999, currency: "USD" });
  });
});

describe("an event that is none of ours", () => {
  test.each([
    ["of a connected account", { account: "acct_1Other" }],
    ["of live mode, where test events count", { livemode: true }],
  ])("%s moves no checkout, and is kept", async (_, fields) => {
    const env = testStack.stack.env.STRIPE_API_KEY ?? "";
    expect(env.startsWith("sk_test_") || "account" in fields).toBe(true);
    const checkout = await aCheckout(testStack, 4900);
    const set = { ...fields, "data.object.metadata.checkout_session_id": checkout };
    const response = await post(testStack, "stripe", stripeEvent("checkout.session.completed", set));
    const { id, status } = (await response.json()) as { id: string; status: string };
    expect([response.status, status]).toEqual([200, "ignored"]);
    const [kept] = await testStack.sql`select not_ours, account, livemode from inbox.events where id = ${id}`;
    expect(kept!.not_ours).toMatch(/connected account|live event/);
    const [now] = await testStack.sql`select status from public.checkout_sessions where id = ${checkout}`;
    expect(now!.status).toBe("open");
  });
});

describe("a provider's new version", () => {
  test("is shown in ops.attention with what changed, before anything fails for it", async () => {
    await post(testStack, "whop", whopEvent("membership.activated"));
    const known = await until("the shape is known", async () => {
      const rows =
        await testStack.sql`select 1 from inbox.shapes where provider = 'whop' and type = 'membership.activated'`;
      return rows.length > 0;
    });
    expect(known).toBe(true);
    const event = { ...JSON.parse(whopEvent("membership.activated")), api_version_date: "2027-02-01" };
    const { status } = await post(testStack, "whop", JSON.stringify(event));
    expect(status).toBe(200);
    const shown = await until("a person is told", async () => {
      const rows = await testStack.sql`
        select which, why, remedy from ops.attention
        where what = 'webhooks of a new shape' and which = 'whop membership.activated 2027-02-01'`;
      return rows[0];
    });
    expect(shown.why).toContain("the first event of version 2027-02-01");
    await testStack.sql.unsafe(shown.remedy.replace("<why>", "compared with the reader"));
    expect(await testStack.sql`select 1 from ops.attention where which like '%2027-02-01'`).toHaveLength(0);
  });
});

describe("a byte order mark before a body", () => {
  test("is no 400", async () => {
    const response = await post(testStack, "stripe", `\ufeff${stripeEvent("customer.updated")}`);
    expect([response.status, ((await response.json()) as { status: string }).status]).toEqual([200, "applied"]);
  });
});
