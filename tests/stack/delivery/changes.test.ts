/** Reading messages oneself: nothing is missed, nothing comes twice, whatever order transactions commit in. */
import fc from "fast-check";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBackend } from "../docs/guide.ts";
import { aProduct, aSale, postStripe, saleEvent, startTestStack, type TestStack, until } from "../test_stack.ts";

const KEY = "development-railway-pull-key";
let testStack: TestStack;

beforeAll(async () => {
  testStack = await startTestStack({ env: { RAILWAY_PULL_KEY: KEY, RAILWAY_STRIPE_PULL_KEY: KEY } });
  // Only read, never sent: what commits in between must not wake the courier.
  await testStack.sql`
    insert into outbox.destinations (name, paused_at, paused_reason) values ('reader', now(), 'reads by itself')`;
  await testStack.sql`
    insert into outbox.routes (destination, message_type, table_name, operations, when_column)
    values ('reader', 'product.stock_changed', 'public.products', '{UPDATE}', 'stock')`;
});
afterAll(() => testStack?.stop());

interface Pulled {
  id: string;
  type: string;
  data: { sku: string };
  change: { sequence: number };
  provider?: string;
  body?: string;
}
interface Page {
  messages: Pulled[];
  cursor: string;
  more: boolean;
}

async function read(query: Record<string, string>, key = KEY): Promise<{ status: number; page: Page }> {
  const response = await fetch(`${testStack.stack.functionsUrl}/changes?${new URLSearchParams(query)}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return { status: response.status, page: (await response.json()) as Page };
}

/** A cursor behind everything there is. */
async function end(destination: string): Promise<string> {
  for (let after = ""; ; ) {
    const { page } = await read({ destination, after, limit: "500" });
    after = page.cursor;
    if (!page.more) return after;
  }
}

/** A page of the reader's, straight from the database. */
async function pageAfter(after: string | null, limit = 500): Promise<Page> {
  const [row] = await testStack.sql`
      select outcome, messages::json as messages, cursor, more from outbox.changes('reader', ${after}, ${limit})`;
  expect(row!.outcome).toBe("ok");
  return row as never;
}

async function restAfter(after: string | null, limit?: number): Promise<{ messages: Pulled[]; cursor: string }> {
  const messages: Pulled[] = [];
  for (let cursor = after; ; ) {
    const page = await pageAfter(cursor, limit);
    messages.push(...page.messages);
    cursor = page.cursor;
    if (!page.more) return { messages, cursor };
  }
}

type Step =
  | { act: "write"; writer: number; record: number }
  | { act: "commit" | "roll back"; writer: number }
  | { act: "read"; limit: number };

const writer = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ act: fc.constant("write" as const), writer, record: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant("commit" as const), writer }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("roll back" as const), writer }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant("read" as const), limit: fc.integer({ min: 1, max: 3 }) }) },
);

test("whatever order transactions commit in, a reader sees every message once, and each record's in order", async () => {
  const skus = await Promise.all([0, 1, 2].map(() => aProduct(testStack)));
  const connections = await Promise.all(
    [0, 1, 2, 3].map(() => postgres(testStack.stack.dbUrl, { max: 1, onnotice() {} })),
  );
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        let { cursor } = await restAfter(null);
        const seen: Pulled[] = [];
        const committed: string[] = [];
        /** What each open transaction wrote, by writer. */
        const open = new Map<number, string[]>();

        async function end(writer: number, how: "commit" | "rollback"): Promise<void> {
          const wrote = open.get(writer);
          if (!wrote) return;
          await connections[writer]!.unsafe(how);
          open.delete(writer);
          if (how === "commit") committed.push(...wrote);
        }

        for (const one of steps) {
          if (one.act === "read") {
            const page = await pageAfter(cursor, one.limit);
            seen.push(...page.messages);
            cursor = page.cursor;
          } else if (one.act === "write") {
            const sku = skus[one.record]!;
            // Would wait for the other to end.
            if ([...open].some(([other, wrote]) => other !== one.writer && wrote.includes(sku))) continue;
            const connection = connections[one.writer]!;
            if (!open.has(one.writer)) await connection.unsafe("begin");
            await connection`update public.products set stock = stock + 1 where sku = ${sku}`;
            open.set(one.writer, [...(open.get(one.writer) ?? []), sku]);
          } else {
            await end(one.writer, one.act === "commit" ? "commit" : "rollback");
          }
        }
        for (const writer of [...open.keys()].reverse()) await end(writer, "commit");
        seen.push(...(await restAfter(cursor, 2)).messages);

        expect(seen.map(({ data }) => data.sku).toSorted()).toEqual(committed.toSorted());
        expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
        for (const sku of skus) {
          const sequences = seen.filter(({ data }) => data.sku === sku).map(({ change }) => change.sequence);
          expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 60 },
    );
  } finally {
    await Promise.all(connections.map((connection) => connection.end()));
  }
});

test("while many write and many read at once, every reader sees the same, each message once", async () => {
  const skus = await Promise.all([0, 1, 2].map(() => aProduct(testStack, { stock: 0 })));
  const { cursor } = await restAfter(null);
  let writing = true;
  const writers = Array.from({ length: 3 }, async (_, writer) => {
    for (let i = 0; i < 20; i++) {
      // Always in one order of rows: no deadlock.
      await testStack.sql.begin(async (sql) => {
        for (const sku of skus.slice(writer % 2))
          await sql`update public.products set stock = stock + 1 where sku = ${sku}`;
      });
    }
  });
  const readers = Array.from({ length: 3 }, async () => {
    const seen: Pulled[] = [];
    let at = cursor;
    for (let last = false; ; last = !writing) {
      const rest = await restAfter(at, 7);
      seen.push(...rest.messages);
      at = rest.cursor;
      if (last) return seen;
    }
  });
  await Promise.all(writers).finally(() => {
    writing = false;
  });
  const [first, ...others] = await Promise.all(readers);
  expect(first!.length).toBe(20 * (3 + 2 + 3));
  expect(new Set(first!.map(({ id }) => id)).size).toBe(first!.length);
  for (const other of others) expect(other.map(({ id }) => id)).toEqual(first!.map(({ id }) => id));
  for (const sku of skus) {
    const sequences = first!.filter(({ data }) => data.sku === sku).map(({ change }) => change.sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  }
});

test("what is read is what is sent", async () => {
  const after = await end("railway");
  const sale = await aSale(testStack);
  await postStripe(testStack, saleEvent(sale, "checkout.session.completed"));
  const sent = await until("the message", () =>
    testStack.receiver.received.find(
      ({ path, type, body }) => path === "/railway" && type === "order.created" && body.includes(sale.checkout),
    ),
  );
  const pulled = (await read({ destination: "railway", after })).page.messages;
  expect(pulled.find(({ id }) => id === sent.id)).toEqual({ id: sent.id, ...JSON.parse(sent.body) });
});

test("an event that is passed on is read byte for byte", async () => {
  const sale = await aSale(testStack);
  const event = saleEvent(sale, "payment_intent.payment_failed");
  await postStripe(testStack, event);
  const { page } = await read({ destination: "railway_stripe", limit: "500" });
  expect(page.messages.find(({ body }) => body === event)).toMatchObject({
    type: "payment_intent.payment_failed",
    provider: "stripe",
  });
});

test("only who has the destination's key may read", async () => {
  expect((await read({ destination: "railway" }, "guessed")).status).toBe(401);
  expect((await read({ destination: "nobody" })).status).toBe(401);
  // Nor does a destination that has no key tell so.
  expect((await read({ destination: "make" })).status).toBe(401);
  expect((await read({ destination: "railway", after: "mine" })).status).toBe(400);
});

test("the guide's loop takes what is new, and after a loss reads the tables anew and goes on", async () => {
  const backend = await startBackend(testStack);
  try {
    const { catchUp } = await backend.load("pull.ts");
    let anew = 0;
    const source = {
      ...{ functionsUrl: testStack.stack.functionsUrl, key: KEY },
      async readTablesAnew() {
        anew++;
      },
    };

    const ids = async () => (await backend.sql`select webhook_id from received`).map(({ webhook_id }) => webhook_id);
    const change = async (sku: string) => {
      await testStack.sql`update public.products set stock = stock + 1 where sku = ${sku}`;
      const [row] = await testStack.sql`
        select 'msg_' || m.id as id, m.id as message from outbox.messages m join outbox.deliveries d
          on d.message_id = m.id
        where d.destination = 'railway' order by m.sequence desc limit 1`;
      return row as { id: string; message: string };
    };
    const sku = await aProduct(testStack);
    // More than a page.
    await testStack.sql.begin(async (sql) => {
      for (let i = 0; i < 120; i++) await sql`update public.products set stock = stock + 1 where sku = ${sku}`;
    });
    await catchUp(backend.sql, source);
    const [{ n }] = (await testStack.sql`
        select count(*)::int as n from outbox.deliveries where destination = 'railway'`) as unknown as [{ n: number }];
    expect((await ids()).length).toBe(n);
    const [copy] = await backend.sql`select data -> 'stock' as stock from copies where data ->> 'sku' = ${sku}`;
    expect(copy!.stock).toBe(130);

    const lost = await change(sku);
    await testStack.sql`delete from outbox.messages where id = ${lost.message}`;
    const missed = await change(sku);
    await catchUp(backend.sql, source);
    expect([anew, (await ids()).includes(missed.id)]).toEqual([1, false]);
    const next = await change(sku);
    await catchUp(backend.sql, source);
    expect([anew, (await ids()).includes(next.id)]).toEqual([1, true]);
  } finally {
    await backend.stop();
  }
});
