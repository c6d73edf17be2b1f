import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aSale, postStripe, type Sale, saleEvent, startTestStack, type TestStack, until } from "../test_stack.ts";

describe("Postgres killed with -9 during a stream of events", () => {
  let testStack: TestStack;
  beforeAll(async () => {
    testStack = await startTestStack({ fsync: true });
  });
  afterAll(() => testStack?.stop());

  test("loses no event that was answered 200: each has its order, its deliveries, and reaches the receivers", async () => {
    const sales: Sale[] = [];
    for (let i = 0; i < 120; i++) sales.push(await aSale(testStack, { sku: sales[0]?.sku, stock: 1000 }));
    const bodies = sales.map((sale) => saleEvent(sale, "checkout.session.completed"));
    const answered: number[] = Array(sales.length).fill(0);
    const refusals: { status: number; retryAfter: string | null }[] = [];

    // Each is sent until it is answered 200, as Stripe would, four at a time.
    let next = 0;
    let killed = 0;
    async function sender(): Promise<void> {
      while (next < bodies.length) {
        const i = next++;
        await until(`event ${i} answered 200`, async () => {
          const response = await postStripe(testStack, bodies[i]!).catch(() => undefined);
          if (response && response.status !== 200)
            refusals.push({ status: response.status, retryAfter: response.headers.get("retry-after") });
          answered[i] = response?.status ?? 0;
          await response?.text();
          return answered[i] === 200;
        });
        if (i === 30 || i === 80) {
          killed++;
          process.kill(await testStack.stack.postgres.pid(), "SIGKILL");
        }
      }
    }
    await Promise.all(Array.from({ length: 4 }, sender));
    expect(killed).toBe(2);
    expect(new Set(refusals.map(({ status, retryAfter }) => `${status} ${retryAfter}`))).toEqual(new Set(["503 10"]));

    /** A claim that the crash forgot is anybody's, and what failed meanwhile is due, as if minutes had passed. */
    const timePasses = async () => {
      await testStack.sql`
        update outbox.deliveries d set lease_until = clock_timestamp() - interval '2 days' from outbox.destinations t
        where t.name = d.destination and d.status = 'sending'
          and d.lease_until - make_interval(secs => t.timeout_ms / 1000.0 + 30) <= clock_timestamp() - interval '10 s'`;
      await testStack.sql`
        update outbox.deliveries set next_attempt_at = clock_timestamp(), attempts_before = attempts
        where status = 'pending' and attempts > attempts_before`;
    };
    const counts = () =>
      testStack.sql`
        select (select count(*)::int from inbox.events where status = 'applied') as events,
               (select count(*)::int from public.orders where status = 'confirmed') as orders,
               (select stock from public.products) as stock,
               (select count(*)::int from outbox.messages where type = 'order.created') as messages,
               (select count(*)::int from outbox.deliveries d join outbox.messages m on m.id = d.message_id
                 where m.type = 'order.created') as deliveries,
               (select count(*)::int from outbox.deliveries where status <> 'delivered') as undelivered`.then(
        ([row]) => row!,
      );
    await until("everything delivered", async () => {
      await timePasses().catch(() => {});
      return (await counts().catch(() => ({ undelivered: 1 }) as never)).undelivered === 0;
    });
    expect(await counts()).toEqual({
      events: 120,
      orders: 120,
      stock: 760,
      messages: 120,
      deliveries: 240,
      undelivered: 0,
    });

    const messages = await testStack.sql`
        select 'msg_' || m.id as id, d.destination from outbox.deliveries d join outbox.messages m
          on m.id = d.message_id
        where d.destination in ('make', 'railway')`;
    const came = new Set(testStack.receiver.received.map(({ path, id }) => `${path} ${id}`));
    expect(messages.filter(({ id, destination }) => !came.has(`/${destination} ${id}`))).toEqual([]);
  });
});

describe("each pump alone empties the outbox", () => {
  /** Sells in a testStack where only some pumps work, and waits until everything is delivered. */
  async function sellAndDeliver(testStack: TestStack): Promise<string[]> {
    const sale = await aSale(testStack);
    expect((await postStripe(testStack, saleEvent(sale, "checkout.session.completed"))).status).toBe(200);
    await until("everything delivered", async () => {
      const open = await testStack.sql`select 1 from outbox.deliveries where status <> 'delivered'`;
      return open.length === 0;
    });
    return (await testStack.sql`select distinct pump from outbox.couriers`).map(({ pump }) => pump);
  }

  test("the doorbell, with cron silent", async () => {
    const testStack = await startTestStack({ background: { cron: false } });
    try {
      expect(await sellAndDeliver(testStack)).toEqual(["bell"]);
    } finally {
      await testStack.stop();
    }
  });

  test("the inbound tail, with pg_net and cron silent", async () => {
    const testStack = await startTestStack({ background: { cron: false, pgNet: false } });
    try {
      expect(await sellAndDeliver(testStack)).toEqual(["tail"]);
    } finally {
      await testStack.stop();
    }
  });

  test("cron, when the doorbell was not rung and no webhook comes", async () => {
    const testStack = await startTestStack();
    try {
      await testStack.sql`alter table outbox.deliveries disable trigger ring_the_doorbell`;
      const sku = await aSale(testStack); // changes stock: a message to Railway, without a webhook
      await until("everything delivered", async () => {
        const rows = await testStack.sql`select status from outbox.deliveries`;
        return rows.length > 0 && rows.every(({ status }) => status === "delivered");
      });
      expect(testStack.receiver.received.some(({ body }) => body.includes(sku.sku))).toBe(true);
    } finally {
      await testStack.stop();
    }
  });
});

test("an event that failed is retried by cron and applied once its cause is gone", async () => {
  const testStack = await startTestStack();
  try {
    const sale = await aSale(testStack);
    await testStack.sql`alter table public.orders add constraint trouble check (total_minor < 100)`;
    const response = await postStripe(testStack, saleEvent(sale, "checkout.session.completed"));
    expect([response.status, await response.json()]).toMatchObject([200, { status: "failed" }]);
    const [failed] = await testStack.sql`select why from ops.attention where what = 'event failed'`;
    expect(failed!.why).toContain("trouble");

    await testStack.sql`alter table public.orders drop constraint trouble`;
    await testStack.sql`update inbox.events set next_attempt_at = now() where status = 'failed'`;
    const [job] = await testStack.sql`select jobid, schedule from cron.job where command = 'select inbox.retry_due()'`;
    expect(job!.schedule).toBe("30 seconds");
    await testStack.sql`select cron.alter_job(${job!.jobid}, schedule := '1 second')`;
    await until(
      "applied",
      async () => (await testStack.sql`select 1 from inbox.events where status = 'applied'`).length === 1,
    );
    expect(await testStack.sql`select 1 from public.orders where checkout_session_id = ${sale.checkout}`).toHaveLength(
      1,
    );
  } finally {
    await testStack.stop();
  }
});
