/** The four scenarios of a purchase, at each provider that the storefront sells through: MISSION C. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { pay } from "../../../scripts/pay.ts";
import {
  aProductForAll,
  type CheckedOut,
  cancel,
  checkOut,
  GATEWAYS,
  type GatewayName,
  paymentStatus,
  pays,
  type Standing,
  sends,
  shelf,
} from "../storefront.ts";
import { post, startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack();
});
afterAll(() => testStack?.stop());

async function ordersOf({ checkout_session_id }: CheckedOut): Promise<number> {
  const [row] = await testStack.sql`
      select count(*)::int as n from public.orders where checkout_session_id = ${checkout_session_id}`;
  return row!.n;
}

/** The storefront asks until it is told something else than to wait. */
async function storefrontWaits(bought: CheckedOut): Promise<Standing> {
  let standing: Standing | undefined;
  await until("the storefront knows", async () => {
    standing = await paymentStatus(testStack, bought);
    return standing.state !== "processing";
  });
  return standing!;
}

function ordered(bought: CheckedOut, type: string) {
  return testStack.receiver.received.filter(
    (one) => one.type === type && one.body.includes(bought.checkout_session_id),
  );
}

describe.each(GATEWAYS)("at %s", (provider: GatewayName) => {
  let sku: string;
  let bought: CheckedOut;

  async function aBuyerCheckedOut(): Promise<void> {
    sku = await aProductForAll(testStack, 10);
    bought = await checkOut(testStack, provider, [{ sku, quantity: 2 }]);
    expect(await shelf(testStack, sku)).toEqual({ free: 8, held: 2, sold: 0 });
  }

  test("success: the money came, the stock is taken, the order is confirmed, and the world is told", async () => {
    await aBuyerCheckedOut();
    await sends(testStack, provider, await pays(testStack, provider, bought, "captured"));
    const { state, order, ask_again_in_ms } = await storefrontWaits(bought);
    expect({ state, order, ask_again_in_ms }).toMatchObject({
      state: "paid",
      order: { status: "confirmed", total_minor: bought.total_minor, currency: bought.currency },
      ask_again_in_ms: null,
    });
    expect(bought.total_minor).toBe(provider === "fapshi" ? 30_000 : 4900);
    expect(await shelf(testStack, sku)).toEqual({ free: 8, held: 0, sold: 2 });
    await until("make.com and Railway know the order", () => ordered(bought, "order.created").length === 2);
    const [parcel] = await testStack.sql`select status from public.fulfillments where order_id = ${order!.id}`;
    expect(parcel).toEqual({ status: "pending" });
  });

  test("npm run pay is the buyer at the provider, and sends what it tells", async () => {
    await aBuyerCheckedOut();
    for (const print of ["log", "error"] as const) vi.spyOn(console, print).mockImplementation(() => {});
    const paying = (outcome: string) =>
      pay([bought.checkout_session_id, outcome, "--url", testStack.stack.functionsUrl]);
    expect(await paying("pending")).toBe(0);
    // At PayPal there is nothing to end before the courier has taken what was approved.
    await until("the payment ends", async () => (await paying("captured")) === 0);
    vi.restoreAllMocks();
    expect(await storefrontWaits(bought)).toMatchObject({ state: "paid" });
  });

  test("failure: the money did not come, the stock is back, and there is no order", async () => {
    await aBuyerCheckedOut();
    await sends(testStack, provider, await pays(testStack, provider, bought, "failed"));
    expect((await storefrontWaits(bought)).state).toBe("failed");
    expect(await shelf(testStack, sku)).toEqual({ free: 10, held: 0, sold: 0 });
    expect(await ordersOf(bought)).toBe(0);
  });

  test("cancel: the buyer came back by the cancel URL, and the stock is back at once", async () => {
    await aBuyerCheckedOut();
    const response = await cancel(testStack, bought);
    expect([response.status, await response.json()]).toMatchObject([200, { state: "cancelled" }]);
    expect(await shelf(testStack, sku)).toEqual({ free: 10, held: 0, sold: 0 });
    expect((await paymentStatus(testStack, bought)).state).toBe("cancelled");
    expect(await ordersOf(bought)).toBe(0);
  });

  test("delayed webhook: the storefront shows Processing, then the order, and the webhook that comes at last changes nothing", async () => {
    await aBuyerCheckedOut();
    const late = await pays(testStack, provider, bought, "captured");
    const first = await paymentStatus(testStack, bought);
    expect(first).toMatchObject({
      state: "processing",
      show: { title: expect.stringMatching(/^Processing payment/) },
      order: null,
    });
    expect(first.ask_again_in_ms).toBeGreaterThanOrEqual(2000);
    expect(first.ask_again_in_ms).toBeLessThanOrEqual(3000);

    expect(await storefrontWaits(bought)).toMatchObject({ state: "paid", order: { status: "confirmed" } });
    await sends(testStack, provider, late);
    expect(await ordersOf(bought)).toBe(1);
    expect(await shelf(testStack, sku)).toEqual({ free: 8, held: 0, sold: 2 });
    await until("make.com and Railway know the order", () => ordered(bought, "order.created").length === 2);
  });

  test("duplicate webhook: five copies at once make one order, told once", async () => {
    await aBuyerCheckedOut();
    for (const body of await pays(testStack, provider, bought, "captured")) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => post(testStack, provider, body)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    }
    expect((await storefrontWaits(bought)).state).toBe("paid");
    expect(await ordersOf(bought)).toBe(1);
    await until("make.com and Railway know the order", () => ordered(bought, "order.created").length === 2);
    const [told] = await testStack.sql`
      select count(*)::int as n from outbox.messages m
      where m.type in ('order.created', 'payment.captured') and m.payload like ${`%${bought.checkout_session_id}%`}`;
    expect(told!.n).toBe(2);
  });
});
