/**
 * What people and jobs do while events come in takes its locks in the order that events take theirs: it waits, and does
 * not deadlock.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { aSale, type Sale, startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack({ background: { cron: false, pgNet: false } });
});
afterAll(() => testStack?.stop());

/** An event about the payment of a sale, as inbox.receive takes it. */
function event({ checkout, name }: Sale, type: string, set: Record<string, unknown> = {}) {
  const occurred_at = new Date().toISOString();
  const payment = {
    provider_ref: `pi_${name}`,
    checkout_session_id: checkout,
    amount_minor: 4900,
    currency: "EUR",
    customer_ref: null,
    email: null,
  };
  return {
    ...{
      provider: "stripe",
      provider_event_id: `evt_${crypto.randomUUID()}`,
      type,
      subject: null,
      trust: "signed",
      occurred_at,
      body: "{}",
    },
    ...{ headers: {}, facts: [{ type, occurred_at, ...payment, ...set }], error: null },
  };
}

async function receive(...events: object[]): Promise<string[]> {
  const rows = await testStack.sql`select status from inbox.receive(${testStack.sql.json(events as never)})`;
  return rows.map(({ status }) => status);
}

async function paymentOf({ name }: Sale): Promise<string> {
  const [payment] = await testStack.sql`select id from public.payments where provider_ref = ${`pi_${name}`}`;
  return payment!.id;
}

/**
 * Does something while a batch of events about these sales has locked what it is about, then applies the batch. What
 * became of both.
 */
async function during(batch: object[], act: () => Promise<unknown>): Promise<unknown[]> {
  let done: Promise<unknown> | undefined;
  const applied = testStack.sql.begin(async (provider) => {
    await provider`select inbox.lock_keys(${provider.json(batch as never)})`;
    done = act().then(
      () => "done",
      (error) => error.code,
    );
    await until("it waits for the batch", async () => {
      const [row] =
        await testStack.sql`select count(*)::integer as waiting from pg_stat_activity where wait_event_type = 'Lock'`;
      return row!.waiting > 0;
    });
    const rows = await provider`select status from inbox.receive(${provider.json(batch as never)})`;
    return rows.map(({ status }) => status);
  });
  const outcome = await applied.catch((error) => error.code);
  return [outcome, await done];
}

test("a person accepts a payment while events about it come in", async () => {
  const [sale, other] = [await aSale(testStack), await aSale(testStack)];
  await receive(event(sale, "payment.captured", { amount_minor: 4000 }));
  const payment = await paymentOf(sale);
  const batch = [
    event(sale, "payment.failed", { failure_code: "c", failure_message: "m" }),
    event(other, "payment.pending"),
  ];
  expect(await during(batch, () => testStack.sql`select commerce.accept_payment(${payment}, 'a test')`)).toEqual([
    ["applied", "applied"],
    "done",
  ]);
});

test("a person closes the review of a payment while events about it come in", async () => {
  const [sale, other] = [await aSale(testStack), await aSale(testStack)];
  await receive(event(sale, "payment.captured", { amount_minor: 4000 }));
  const payment = await paymentOf(sale);
  const batch = [
    event(sale, "payment.failed", { failure_code: "c", failure_message: "m" }),
    event(other, "payment.pending"),
  ];
  expect(await during(batch, () => testStack.sql`select commerce.close_review(${payment}, 'a test')`)).toEqual([
    ["applied", "applied"],
    "done",
  ]);
});

test("goods go back on sale while a late payment for them comes in with news of their order", async () => {
  const sale = await aSale(testStack, { stock: 4 });
  const late = await aSale(testStack, { sku: sale.sku });
  await receive(event(sale, "payment.captured"));
  await receive(event(late, "payment.expired"));
  const [order] = await testStack.sql`select id from public.orders where checkout_session_id = ${sale.checkout}`;
  const refund = { provider_ref: `re_${sale.name}`, payment_ref: `pi_${sale.name}`, status: "succeeded", reason: null };
  const batch = [event(late, "payment.captured"), event(sale, "refund.updated", refund)];
  expect(await during(batch, () => testStack.sql`select commerce.restock(${order!.id})`)).toEqual([
    ["applied", "applied"],
    "done",
  ]);
});

test("events that are tried again in one go wait for what comes in", async () => {
  const sales = [await aSale(testStack), await aSale(testStack)];
  const failed = sales.map((sale) => event(sale, "no.such.fact"));
  await receive(...failed);
  const keys = await testStack.sql`
    select id from inbox.events e
    where e.provider_event_id = any (${failed.map(({ provider_event_id }) => provider_event_id)})
    order by (select hashtextextended(k, 0) from unnest(inbox.fact_keys(e.provider, e.facts -> 0)) k) desc`;
  // The one whose lock comes last is due first.
  for (const [n, { id }] of keys.entries())
    await testStack.sql`
      update inbox.events set next_attempt_at = now() - ${`${keys.length - n} hours`}::interval where id = ${id}`;
  let tried: Promise<unknown> | undefined;
  const locked = testStack.sql.begin(async (provider) => {
    const lock = (id: string) =>
      provider`select inbox.lock_keys(jsonb_build_array(jsonb_build_object('provider', e.provider, 'facts', e.facts)))
        from inbox.events e where e.id = ${id}`;
    await lock(keys[1]!.id);
    tried = testStack.sql`select inbox.retry_due() as count`.then(
      ([row]) => row!.count,
      (error) => error.code,
    );
    await until("the retries wait", async () => {
      const [row] =
        await testStack.sql`select count(*)::integer as waiting from pg_stat_activity where wait_event_type = 'Lock'`;
      return row!.waiting > 0;
    });
    await lock(keys[0]!.id);
    return "locked";
  });
  expect(await locked.catch((error) => error.code)).toBe("locked");
  expect(await tried).toBe(2);
});
