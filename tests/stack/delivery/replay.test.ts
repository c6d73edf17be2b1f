import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aSale, postStripe, saleEvent, startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack();
});
afterAll(() => testStack?.stop());

const settled = () =>
  until("nothing waits", async () => {
    const [row] =
      await testStack.sql`select count(*)::int as n from outbox.deliveries where status in ('pending', 'sending')`;
    return row!.n === 0;
  });

test("a replay sends the same text under a new id, marked, and does nothing else again", async () => {
  const sale = await aSale(testStack);
  await postStripe(testStack, saleEvent(sale, "checkout.session.completed"));
  await settled();
  const mine = () =>
    testStack.receiver.received.filter(({ body, type }) => type === "order.created" && body.includes(sale.checkout));
  const counts = () =>
    testStack.sql`select (select count(*) from public.orders) as orders,
      (select count(*) from public.payments) as payments, (select sum(stock) from public.products) as stock`;
  const [first] = mine().filter(({ path }) => path === "/railway");
  const before = { made: mine().length, business: await counts() };

  const filter = { message_ids: [first!.id] };
  const [preview] = await testStack.sql`select * from outbox.preview_replay('railway', ${testStack.sql.json(filter)})`;
  expect(preview).toMatchObject({ count: "1", sample: [{ type: "order.created" }] });
  const [replay] =
    await testStack.sql`select outbox.replay('railway', ${testStack.sql.json(filter)}, 'Railway lost a day') as id`;
  await until("the copy to arrive", () => mine().length > before.made);
  await settled();

  const [copy, ...more] = mine().slice(before.made);
  expect(more).toEqual([]);
  expect(copy).toMatchObject({ path: "/railway", body: first!.body, verifiedBy: "standardwebhooks" });
  expect(copy!.id).not.toBe(first!.id);
  expect(copy!.headers["webhook-replay"]).toBe(replay!.id);
  expect(first!.headers["webhook-replay"]).toBeUndefined();
  expect(await counts()).toEqual(before.business);
});

test("a new destination gets the past, each record's messages in order, once", async () => {
  const sale = await aSale(testStack);
  await postStripe(testStack, saleEvent(sale, "checkout.session.completed"));
  await settled();
  await testStack.sql`update outbox.destinations set max_in_flight = 3 where name = 'railway'`;
  const from = testStack.receiver.received.length;
  const past = await testStack.sql`
    select m.payload from outbox.messages m join outbox.deliveries d on d.message_id = m.id
    where d.destination = 'make' and m.replay_id is null order by m.sequence`;

  await testStack.sql`select outbox.replay('railway', '{"everything": true, "from_destination": "make"}',
    'Railway wants what make.com got')`;
  await settled();
  const bodies = testStack.receiver.received.slice(from).filter(({ path }) => path === "/railway");
  const key = (body: string) => JSON.parse(body).data.id as string;
  const byRecord = (list: string[]) =>
    Object.fromEntries([...new Set(list.map(key))].sort().map((id) => [id, list.filter((b) => key(b) === id)]));
  // What Railway has of its own routes it gets from there once more: it asked for all that make.com got.
  expect(byRecord(bodies.map(({ body }) => body))).toEqual(byRecord(past.map(({ payload }) => payload)));
});

test("what is locked is not waited for when old rows are removed", async () => {
  const sale = await aSale(testStack);
  await postStripe(testStack, saleEvent(sale, "checkout.session.completed"));
  await settled();
  await testStack.sql`delete from outbox.attempts`;
  await testStack.sql`
    update outbox.deliveries set created_at = created_at - interval '1 year',
      settled_at = settled_at - interval '1 year' where settled_at is not null`;
  const [old] = await testStack.sql`select count(*)::int as n from outbox.deliveries`;
  const other = postgres(testStack.stack.dbUrl, { max: 1 });
  try {
    const gone = await other.begin(async (held) => {
      await held`select 1 from outbox.deliveries order by id limit 1 for key share`;
      const [row] = await testStack.sql`select ops.purge('deliveries', 10000) as gone`;
      return row!.gone;
    });
    expect(gone).toBe(old!.n - 1);
  } finally {
    await other.end();
  }
});
