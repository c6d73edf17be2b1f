import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase, sqlState } from "../../../functions/_shared/platform/database.ts";
import { startTestStack, type TestStack } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack({ background: { cron: false, pgNet: false } });
});
afterAll(() => testStack?.stop());

const random = (below: number) => Math.floor(Math.random() * below);

test("buyers, expiry and batches of events about the same ten products never deadlock, and no unit is lost or sold twice", async () => {
  await testStack.sql`insert into public.products (sku, name, price_minor, currency, stock) select 'p' || n, 'P', 10,
    'EUR', 1000 from generate_series(1, 10) n`;
  const database = openDatabase(testStack.stack.dbUrl, { max: 6 });
  const failures: Record<string, number> = {};
  const opened: string[] = [];
  const rounds = 60;
  let events = 0;

  async function attempt(statement: string, values: (string | object)[]): Promise<{ id: string }[]> {
    return database.query<{ id: string }>(statement, values).catch((error) => {
      const state = sqlState(error) ?? String(error);
      failures[state] = (failures[state] ?? 0) + 1;
      return [];
    });
  }

  async function buyer(): Promise<void> {
    for (let i = 0; i < rounds; i++) {
      const skus = new Set(Array.from({ length: 3 }, () => `p${1 + random(10)}`));
      const items = [...skus].map((sku) => ({ sku, quantity: 1 }));
      const [checkout] = await attempt("select commerce.open_checkout('a@b.co', $1::text::jsonb) as id", [items]);
      if (!checkout) continue;
      opened.push(checkout.id);
      if (random(10) < 7)
        await attempt("update public.checkout_sessions set expires_at = now() - interval '1 s' where id = $1::uuid", [
          checkout.id,
        ]);
    }
  }

  async function expiry(): Promise<void> {
    for (let i = 0; i < rounds; i++) await attempt("select commerce.expire_checkouts()::text as id", []);
  }

  function event(checkout: string): object {
    const key = `evt_${events++}`;
    const type = ["captured", "failed", "pending"][random(3)];
    const occurred_at = new Date().toISOString();
    const about = {
      provider_ref: `pi_${checkout}`,
      checkout_session_id: checkout,
      amount_minor: 30,
      currency: "EUR",
      customer_ref: null,
      email: null,
    };
    return {
      provider: "stripe",
      provider_event_id: key,
      type,
      trust: "signed",
      occurred_at,
      body: "{}",
      facts: [{ type: `payment.${type}`, occurred_at, ...about }],
    };
  }

  async function provider(): Promise<void> {
    for (let i = 0; i < rounds; i++) {
      const batch = Array.from({ length: 8 }, () => opened[random(opened.length)]).flatMap((checkout) =>
        checkout ? [event(checkout)] : [],
      );
      await attempt("select id from inbox.receive($1::text::jsonb)", [batch]);
    }
  }

  await Promise.all([buyer(), buyer(), buyer(), expiry(), expiry(), provider(), provider()]);
  await database.close();

  expect(failures).toEqual({});
  const stock = await testStack.sql`
    select p.sku, p.stock + coalesce((select sum(r.quantity) from public.stock_reservations r where r.product_id = p.id
      and r.status <> 'released'), 0)::int as total
    from public.products p`;
  expect(stock.filter(({ total }) => total !== 1000)).toEqual([]);
  const bad = await testStack.sql`select status, error from inbox.events where status in ('failed', 'dead')`;
  expect([...bad]).toEqual([]);
});
