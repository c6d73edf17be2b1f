/** What the courier asks providers to do with money: give it back, once, and close where nobody is to pay any more. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  aProductForAll,
  type CheckedOut,
  cancel,
  checkOut,
  type GatewayName,
  pays,
  sends,
  shelf,
  startedAt,
} from "../storefront.ts";
import { startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack();
});
afterAll(() => testStack?.stop());

/** Two of ten, paid for. */
async function paid(provider: GatewayName): Promise<{ sku: string; payment: string; ref: string; total: number }> {
  const sku = await aProductForAll(testStack, 10);
  const bought = await checkOut(testStack, provider, [{ sku, quantity: 2 }]);
  await sends(testStack, provider, await pays(testStack, provider, bought, "captured"));
  const payment = await until("it is paid", async () => {
    const [row] = await testStack.sql`
      select p.id, p.provider_ref from public.payments p join public.orders o on o.payment_id = p.id
      where p.checkout_session_id = ${bought.checkout_session_id}`;
    return row;
  });
  return { sku, payment: payment.id, ref: payment.provider_ref, total: bought.total_minor };
}

async function asks(payment: string, amount: number | null, restock = false): Promise<string> {
  const [row] =
    await testStack.sql`select commerce.request_refund(${payment}, ${amount}, 'arrived broken', ${restock}) as id`;
  return row!.id;
}
async function requestOnce(status: string, id: string) {
  return await until(`the request is ${status}`, async () => {
    const [row] = await testStack.sql`
        select status, provider_ref, error from public.refund_requests where id = ${id} and status = ${status}`;
    return row;
  });
}
const refundsOf = (payment: string) =>
  testStack.sql`select provider_ref, status, amount_minor::int as amount from public.refunds
    where payment_id = ${payment} order by id`;

describe.each(["stripe", "paypal"] as const)("at %s a refund", (provider) => {
  const standIn = () => testStack.stack.providers[provider];
  const isRefund = (path: string) => /\/refunds?(\?|$)/.test(path);
  let handle: ReturnType<typeof standIn>["handle"];
  beforeAll(() => {
    handle = standIn().handle;
  });
  afterEach(() => {
    standIn().handle = handle;
  });

  test("that an admin asks for goes back, and its goods are on sale again", async () => {
    const { sku, payment, total } = await paid(provider);
    const { provider_ref } = await requestOnce("sent", await asks(payment, null, true));
    expect(await refundsOf(payment)).toEqual([{ provider_ref, status: "succeeded", amount: total }]);
    await until("its goods are on sale", async () => (await shelf(testStack, sku)).free === 10);
  });

  test("in two parts is two, and no third of more than is left", async () => {
    const { payment, total } = await paid(provider);
    const [first, second] = [await asks(payment, 1000), await asks(payment, 1000)];
    const refs = [(await requestOnce("sent", first)).provider_ref, (await requestOnce("sent", second)).provider_ref];
    expect(new Set((await refundsOf(payment)).map((one) => one.provider_ref))).toEqual(new Set(refs));
    await expect(asks(payment, total - 1999)).rejects.toThrow("can be refunded");
  });

  test("whose answer was lost, and of which the provider tells first, goes back once", async () => {
    const { payment, total } = await paid(provider);
    let taken = false;
    standIn().handle = async (request, path) => {
      const answer = await handle(request, path);
      if (!isRefund(path)) return answer;
      taken ||= request.method === "POST";
      return taken ? new Response("gone", { status: 502 }) : answer;
    };
    const request = await asks(payment, null);
    await until("a try has failed", async () => {
      const [row] = await testStack.sql`
        select 1 from outbox.deliveries d where d.destination = 'refunds' and d.record_key like ${`%${request}%`}
          and d.last_status_code = 502`;
      return row;
    });
    await testStack.sql`select inbox.reconcile(${provider}, now() - interval '1 hour', now() + interval '1 minute')`;
    await until("the provider told of it", async () => (await refundsOf(payment)).length === 1);
    standIn().handle = handle;
    const { provider_ref } = await requestOnce("sent", request);
    expect(await refundsOf(payment)).toEqual([{ provider_ref, status: "succeeded", amount: total }]);
  });

  test("that the provider will not make says why, and what can be done", async () => {
    const { payment } = await paid(provider);
    standIn().handle = async (request, path) => {
      if (!isRefund(path)) return await handle(request, path);
      const error = { code: "charge_disputed", message: "The charge is disputed." };
      const details = [{ issue: "REFUND_NOT_ALLOWED", description: "Capture cannot be refunded." }];
      return Response.json({ error, name: "UNPROCESSABLE_ENTITY", details }, { status: 422 });
    };
    const { error } = await requestOnce("refused", await asks(payment, null));
    expect(error).toMatch(
      provider === "stripe" ? /disputed\. .*Answer the dispute at Stripe/ : /REFUND_NOT_ALLOWED.*Look the payment up/,
    );
    expect(await refundsOf(payment)).toEqual([]);
  });
});

describe.each(["stripe", "fapshi"] as const)("at %s", (provider) => {
  const closed = async ({ checkout_session_id }: CheckedOut) =>
    (
      await testStack.sql`select 1 from public.started_payments where checkout_session_id = ${checkout_session_id}
        and closed_at is not null`
    ).length > 0;

  test("nobody can pay for a checkout that was called off", async () => {
    const bought = await checkOut(testStack, provider, [{ sku: await aProductForAll(testStack, 10), quantity: 1 }]);
    const ref = await startedAt(testStack, bought);
    await cancel(testStack, bought);
    await until("it is closed", () => closed(bought));
    expect(() => testStack.stack.providers[provider].pay(ref, "captured")).toThrow("nobody can pay");
  });

  test("nobody can pay for a checkout that has expired", async () => {
    const bought = await checkOut(testStack, provider, [{ sku: await aProductForAll(testStack, 10), quantity: 1 }]);
    const ref = await startedAt(testStack, bought);
    await testStack.sql`
      update public.checkout_sessions set expires_at = now() where id = ${bought.checkout_session_id}`;
    await testStack.sql`select commerce.expire_checkouts()`;
    await until("it is closed", () => closed(bought));
    expect(() => testStack.stack.providers[provider].pay(ref, "captured")).toThrow("nobody can pay");
  });
});
