/**
 * More buyers than goods, over all providers, with failures and late money: nothing is sold twice, and nothing is lost.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  aProductForAll,
  type CheckedOut,
  cancel,
  GATEWAYS,
  type GatewayName,
  pays,
  postCheckout,
  shelf,
} from "../storefront.ts";
import { post, startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack();
});
afterAll(() => testStack?.stop());

const BUYERS = 200;
const UNITS = 10;
/** Buyers at the gateway at once. */
const AT_ONCE = 12;

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("200 buyers race for 10 units over three providers: sold, reserved and free are 10 at every moment, and the audit is clean", async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`race: seed ${seed}`);
  const random = randomFrom(seed);
  const sku = await aProductForAll(testStack, UNITS);
  const late: { provider: GatewayName; bodies: string[] }[] = [];
  const count = { sold_out: 0, captured: 0, failed: 0, cancelled: 0, expired: 0, late: 0 };

  async function told(provider: GatewayName, bodies: string[]): Promise<void> {
    // Where the database is too busy to answer in time, the provider is told to send again, and does.
    for (const body of bodies)
      await until("the webhook is received", async () => {
        const { status } = await post(testStack, provider, body);
        expect([200, 503]).toContain(status);
        return status === 200;
      });
  }

  async function buyer(i: number): Promise<void> {
    const provider = GATEWAYS[i % GATEWAYS.length]!;
    const response = await postCheckout(testStack, {
      provider,
      items: [{ sku, quantity: 1 }],
      email: `buyer-${i}@example.com`,
    });
    const answer = await response.json();
    if (response.status === 409) {
      // held_by_others: unpaid guests may not hold all of it (commerce.settings.guest_share).
      expect(["sold_out", "held_by_others"]).toContain(answer.error);
      count.sold_out++;
      return;
    }
    expect([response.status, answer]).toMatchObject([201, {}]);
    const bought = answer as CheckedOut;
    const dice = random();
    if (dice < 0.12) {
      count.captured++;
      await told(provider, await pays(testStack, provider, bought, "captured"));
    } else if (dice < 0.45) {
      count.failed++;
      await told(provider, await pays(testStack, provider, bought, "failed"));
    } else if (dice < 0.75) {
      count.cancelled++;
      expect((await cancel(testStack, bought)).status).toBe(200);
    } else {
      // It takes so long that the reservation is gone; for some the money comes all the same.
      const bodies = dice < 0.88 ? await pays(testStack, provider, bought, "captured") : [];
      await testStack.sql`update public.checkout_sessions set expires_at = now() - interval '1 second'
        where id = ${bought.checkout_session_id}`;
      await testStack.sql`select commerce.expire_checkouts()`;
      if (bodies.length > 0) {
        count.late++;
        late.push({ provider, bodies });
      } else count.expired++;
    }
    if (late.length > 0 && random() < 0.5) {
      const { provider: whose, bodies } = late.shift()!;
      await told(whose, bodies);
    }
  }

  let racing = true;
  let samples = 0;
  const watching = (async () => {
    while (racing) {
      const { free, held, sold } = await shelf(testStack, sku);
      expect(free).toBeGreaterThanOrEqual(0);
      expect(free + held + sold).toBe(UNITS);
      if (++samples % 20 === 0)
        expect(await testStack.sql`select what, which, why from ops.inconsistencies`).toEqual([]);
    }
  })();

  const line = Array.from({ length: BUYERS }, (_, i) => i);
  const race = Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let i = line.shift(); i !== undefined; i = line.shift()) await buyer(i);
    }),
  );
  await Promise.race([race, watching]);
  await race;
  for (const { provider, bodies } of late.splice(0)) await told(provider, bodies);
  // PayPal's approvals are captured, or called off, by the courier.
  await until("nothing is under way", async () => {
    const open = await testStack.sql`
      select 1 from outbox.deliveries d join outbox.messages m on m.id = d.message_id
        where d.destination in ('paypal', 'payment_pages') and d.status in ('pending', 'sending')
      union all select 1 from public.checkout_sessions s where s.status = 'payment_pending'`;
    return open.length === 0;
  });
  racing = false;
  await watching;
  console.log(`race: ${JSON.stringify(count)}, ${samples} samples`);

  const { free, held, sold } = await shelf(testStack, sku);
  expect({ held, all: free + held + sold }).toEqual({ held: 0, all: UNITS });
  const [ends] = await testStack.sql`
    select
      count(*) filter (where o.status = 'confirmed')::int as confirmed,
      count(*) filter (where o.status = 'needs_attention' and o.attention_reason like '%sold out%')::int as attention,
      count(*)::int as orders,
      (select count(*)::int from public.payments where captured_at is not null) as captured
    from public.orders o`;
  expect(ends).toMatchObject({ confirmed: sold, orders: ends!.confirmed + ends!.attention, captured: ends!.orders });
  expect(count.captured + count.late).toBeGreaterThan(0);
  expect(samples).toBeGreaterThan(50);
  expect(await testStack.sql`select * from ops.audit_consistency()`).toEqual([]);
});
