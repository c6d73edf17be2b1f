import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aSale, postStripe, saleEvent, startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack();
});
afterAll(() => testStack?.stop());

describe("the same event many times", () => {
  test("50 copies at once make one event, one order, and one delivery of each message to each destination", async () => {
    const sale = await aSale(testStack);
    const body = saleEvent(sale, "checkout.session.completed");
    const answers = await Promise.all(Array.from({ length: 50 }, () => postStripe(testStack, body)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const receipts = (await Promise.all(answers.map((answer) => answer.json()))) as {
      id: string;
      duplicate: boolean;
    }[];
    expect(receipts.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(1);

    const { id: event } = JSON.parse(body);
    const [counts] = await testStack.sql`
      select (select count(*)::int from inbox.events where provider_event_id = ${event}) as events,
             (select count(*)::int from public.orders where checkout_session_id = ${sale.checkout}) as orders,
             (select count(*)::int from public.payments where checkout_session_id = ${sale.checkout}) as payments`;
    expect(counts).toEqual({ events: 1, orders: 1, payments: 1 });
    const deliveries = await testStack.sql`
      select m.type, d.destination, count(*)::int from outbox.deliveries d join outbox.messages m on m.id = d.message_id
      where m.event_id = ${receipts[0]!.id} group by 1, 2 order by 1, 2`;
    expect(deliveries.map(({ type, destination, count }) => `${type} ${destination} ${count}`)).toEqual([
      "order.created make 1",
      "order.created railway 1",
      "payment.captured make 1",
    ]);
    await until("all delivered", async () => {
      const open = await testStack.sql`
        select 1 from outbox.deliveries d join outbox.messages m on m.id = d.message_id
          where m.event_id = ${receipts[0]!.id} and d.status <> 'delivered'`;
      return open.length === 0;
    });
    const received = testStack.receiver.received.filter(
      ({ body }) => body.includes(sale.checkout) && !body.includes("stock_changed"),
    );
    expect(received).toHaveLength(3);
  });

  test("two different events about one payment make one payment and one order", async () => {
    const sale = await aSale(testStack);
    await Promise.all([
      postStripe(testStack, saleEvent(sale, "checkout.session.completed")),
      postStripe(testStack, saleEvent(sale, "payment_intent.succeeded")),
      postStripe(testStack, saleEvent(sale, "checkout.session.async_payment_succeeded")),
    ]);
    const [counts] = await testStack.sql`
      select (select count(*)::int from public.orders where checkout_session_id = ${sale.checkout}) as orders,
             (select count(*)::int from public.payments where checkout_session_id = ${sale.checkout}) as payments`;
    expect(counts).toEqual({ orders: 1, payments: 1 });
  });
});

test("an event that an older version ignored is read again, and applied once", async () => {
  const sale = await aSale(testStack);
  const body = saleEvent(sale, "checkout.session.completed");
  const { sql } = testStack;
  const [event] = await sql`
    insert into inbox.events (provider, type, status, trust, provider_event_id, body, facts)
    values ('stripe', 'checkout.session.completed', 'ignored', 'signed', ${JSON.parse(body).id}, ${body}, '[]')
    returning id`;
  // The second time it is one that was applied.
  for (const time of ["once", "twice"]) {
    await sql`select inbox.read_again(${event!.id})`;
    await until(`it is applied ${time}`, async () => {
      const [row] = await sql`select status from inbox.events where id = ${event!.id}`;
      return row!.status === "applied";
    });
    const [counts] = await sql`
      select (select count(*)::int from public.payments where checkout_session_id = ${sale.checkout}) as payments,
        (select count(*)::int from public.orders where checkout_session_id = ${sale.checkout}) as orders`;
    expect(counts).toEqual({ payments: 1, orders: 1 });
  }
});
