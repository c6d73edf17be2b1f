import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stripe } from "../../functions/_shared/providers/stripe.ts";
import { receiver } from "../../functions/_shared/receiver.ts";
import { stripeHeaders } from "../../scripts/send/stripe.ts";
import { aSale, type House, postStripe, type Sale, saleEvent, startHouse, testRuntime, until } from "./harness.ts";

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house?.stop());

describe("the same event many times", () => {
  test("50 copies at once make one event, one order, and one delivery of each message to each destination", async () => {
    const sale = await aSale(house);
    const body = saleEvent(sale, "checkout.session.completed");
    const answers = await Promise.all(Array.from({ length: 50 }, () => postStripe(house, body)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const receipts = (await Promise.all(answers.map((answer) => answer.json()))) as { id: string; duplicate: boolean }[];
    expect(receipts.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(1);

    const { id: event } = JSON.parse(body);
    const [counts] = await house.sql`
      select (select count(*)::int from inbox.events where provider_event_id = ${event}) as events,
             (select count(*)::int from public.orders where checkout_session_id = ${sale.checkout}) as orders,
             (select count(*)::int from public.payments where checkout_session_id = ${sale.checkout}) as payments`;
    expect(counts).toEqual({ events: 1, orders: 1, payments: 1 });
    const deliveries = await house.sql`
      select m.type, d.destination, count(*)::int from outbox.deliveries d join outbox.messages m on m.id = d.message_id
      where m.event_id = ${receipts[0]!.id} group by 1, 2 order by 1, 2`;
    expect(deliveries.map(({ type, destination, count }) => `${type} ${destination} ${count}`)).toEqual([
      "order.created make 1",
      "order.created railway 1",
      "payment.captured make 1",
    ]);
    await until("all delivered", async () => {
      const open = await house.sql`
        select 1 from outbox.deliveries d join outbox.messages m on m.id = d.message_id where m.event_id = ${receipts[0]!.id} and d.status <> 'delivered'`;
      return open.length === 0;
    });
    const received = house.receiver.received.filter(({ body }) => body.includes(sale.checkout) && !body.includes("stock_changed"));
    expect(received).toHaveLength(3);
  });

  test("two different events about one payment make one payment and one order", async () => {
    const sale = await aSale(house);
    await Promise.all([
      postStripe(house, saleEvent(sale, "checkout.session.completed")),
      postStripe(house, saleEvent(sale, "payment_intent.succeeded")),
      postStripe(house, saleEvent(sale, "checkout.session.async_payment_succeeded")),
    ]);
    const [counts] = await house.sql`
      select (select count(*)::int from public.orders where checkout_session_id = ${sale.checkout}) as orders,
             (select count(*)::int from public.payments where checkout_session_id = ${sale.checkout}) as payments`;
    expect(counts).toEqual({ orders: 1, payments: 1 });
  });
});

/** What the business looks like after a sale, without ids and times that differ from sale to sale. */
async function businessState({ sql }: House, { checkout }: Sale): Promise<unknown> {
  const [state] = await sql`
    select
      (select jsonb_build_object('status', s.status, 'total', s.total_minor) from public.checkout_sessions s where s.id = ${checkout}) as checkout,
      (select jsonb_agg(jsonb_build_object('status', p.status, 'amount', p.amount_minor, 'currency', p.currency, 'refunded', p.refunded_minor,
          'review', p.review_reason, 'failure', p.failure_code, 'email', p.email, 'customer', p.customer_ref))
        from public.payments p where p.checkout_session_id = ${checkout}) as payments,
      (select jsonb_agg(jsonb_build_object('status', r.status, 'amount', r.amount_minor))
        from public.refunds r join public.payments p on p.id = r.payment_id where p.checkout_session_id = ${checkout}) as refunds,
      (select jsonb_agg(jsonb_build_object('status', d.status, 'amount', d.amount_minor))
        from public.disputes d join public.payments p on p.id = d.payment_id where p.checkout_session_id = ${checkout}) as disputes,
      (select jsonb_agg(jsonb_build_object('status', o.status, 'total', o.total_minor, 'attention', o.attention_reason,
          'items', (select jsonb_agg(jsonb_build_object('quantity', i.quantity)) from public.order_items i where i.order_id = o.id)))
        from public.orders o where o.checkout_session_id = ${checkout}) as orders,
      (select jsonb_agg(jsonb_build_object('status', r.status, 'quantity', r.quantity, 'stock', p.stock))
        from public.stock_reservations r join public.products p on p.id = r.product_id where r.checkout_session_id = ${checkout}) as reservations`;
  return state;
}

const LIFECYCLES: Record<string, { events: [type: string, set?: Record<string, unknown>][]; ends: object }> = {
  "a card payment that failed once, was captured and refunded in part": {
    events: [
      ["payment_intent.processing"],
      ["payment_intent.payment_failed"],
      ["checkout.session.completed.unpaid"],
      ["checkout.session.completed"],
      ["payment_intent.succeeded"],
      ["charge.refunded", { "data.object.amount_refunded": 1500, "data.object.refunded": false }],
      ["refund.created", { "data.object.amount": 1500, "data.object.status": "pending" }],
      ["refund.updated", { "data.object.amount": 1500, "data.object.status": "succeeded" }],
    ],
    ends: { checkout: { status: "payment_completed" }, payments: [{ status: "partially_refunded", refunded: 1500 }] },
  },
  "a delayed payment that was captured after its checkout had expired here, disputed and lost": {
    events: [
      ["checkout.session.expired"],
      ["payment_intent.canceled"],
      ["checkout.session.async_payment_succeeded"],
      ["payment_intent.succeeded"],
      ["charge.dispute.created"],
      ["charge.dispute.updated"],
      ["charge.dispute.closed", { "data.object.status": "lost" }],
    ],
    ends: { checkout: { status: "payment_completed" }, payments: [{ status: "disputed" }], disputes: [{ status: "lost" }] },
  },
  "a payment that was refunded in full, whose refund then failed": {
    events: [
      ["checkout.session.completed"],
      ["payment_intent.succeeded"],
      ["charge.refunded", { "data.object.amount_refunded": 4900, "data.object.refunded": true }],
      ["refund.created", { "data.object.amount": 4900, "data.object.status": "succeeded" }],
      ["refund.failed", { "data.object.amount": 4900, "data.object.status": "failed" }],
    ],
    ends: { payments: [{ status: "captured", refunded: 0 }], orders: [{ status: "confirmed" }] },
  },
  "a payment that never came": {
    events: [
      ["payment_intent.processing"],
      ["payment_intent.payment_failed"],
      ["checkout.session.async_payment_failed"],
      ["payment_intent.canceled"],
    ],
    ends: { checkout: { status: "payment_failed" }, payments: [{ status: "cancelled" }], orders: null },
  },
};

describe("any permutation, with any duplicates, of the same events ends in the same state", () => {
  test.each(Object.entries(LIFECYCLES))("%s", async (_, { events, ends }) => {
    const runtime = testRuntime(house);
    const handle = receiver(stripe, runtime);
    const post = (body: string) =>
      handle(
        new Request("http://localhost/stripe", { method: "POST", body, headers: stripeHeaders(body, house.env.STRIPE_WEBHOOK_SECRET!) }),
      );

    async function play(order: number[], atOnce: boolean): Promise<unknown> {
      const sale = await aSale(house, { stock: 10 });
      const created = Math.floor(Date.now() / 1000) - 60;
      const bodies = events.map(([type, set], i) => saleEvent(sale, type, { id: `evt_${i}_${sale.name}`, created: created + i, ...set }));
      const sent = order.map((i) => bodies[i]!);
      const answers = atOnce ? await Promise.all(sent.map(post)) : await inTurn(sent, post);
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      const bad = await house.sql`
        select type, status, error from inbox.events where provider_event_id like ${`%_${sale.name}`} and status not in ('applied', 'ignored')`;
      expect([...bad]).toEqual([]);
      return businessState(house, sale);
    }

    const inOrder = events.map((_, i) => i);
    const expected = await play(inOrder, false);
    expect(expected).toMatchObject(ends);

    const permutation = fc
      .tuple(
        fc.shuffledSubarray(inOrder, { minLength: inOrder.length }),
        fc.array(fc.constantFrom(...inOrder), { maxLength: 6 }),
        fc.boolean(),
      )
      .chain(([all, again, atOnce]) =>
        fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }).map((order) => ({ order, atOnce })),
      );
    await fc.assert(
      fc.asyncProperty(permutation, async ({ order, atOnce }) => {
        expect(await play(order, atOnce)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
    await Promise.all(runtime.deferred);
    await runtime.database.close();
  });
});

async function inTurn<T, R>(items: T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await act(item));
  return results;
}
