/** docs/guides/receive_messages.md, taken at its word: its receiver, run on messages that the system really sent. */
import fc from "fast-check";
import type postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Received } from "../../../simulator/receiver.ts";
import { type Backend, startBackend } from "../docs/guide.ts";
import { aSale, postStripe, type Sale, saleEvent, startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
let guide: Backend;
/** The backend's own database, and the guide's receiver on it. */
let backend: postgres.Sql;
let receive: (request: Request) => Promise<Response>;

beforeAll(async () => {
  testStack = await startTestStack();
  guide = await startBackend(testStack);
  backend = guide.sql;
  receive = (await guide.load("receiver.ts")).receiver(backend, testStack.env.RAILWAY_SIGNING_SECRET!);
});
afterAll(async () => {
  await guide?.stop();
  await testStack?.stop();
});
beforeEach(async () => {
  await testStack.sql`update outbox.destinations set receipts = true where name in ('railway', 'railway_stripe')`;
});

/** A request of the courier's, once more. */
function again({ headers, body }: Received): Request {
  return new Request("http://localhost/railway", { method: "POST", headers: headers as Record<string, string>, body });
}

const about =
  (sale: Sale, where = "/railway") =>
  (one: Received) =>
    one.path === where && one.body.includes(sale.checkout);

/** A sale that is paid, and the message about its order that Railway got. */
async function paidSale(): Promise<{ sale: Sale; created: Received; receiptUrl: string; delivery: string }> {
  const sale = await aSale(testStack);
  await postStripe(testStack, saleEvent(sale, "checkout.session.completed"));
  const isCreated = (one: Received) => about(sale)(one) && one.type === "order.created";
  const created = await until("Railway to hear of the order", () => testStack.receiver.received.find(isCreated));
  const receiptUrl: string = JSON.parse(created.body).receipt_url;
  return { sale, created, receiptUrl, delivery: new URL(receiptUrl).searchParams.get("delivery")! };
}

const state = async (delivery: string) =>
  (
    await testStack.sql`
      select status, processed_at, processing_error, receipt_due_at from outbox.deliveries where id = ${delivery}`
  )[0]!;

async function call(url: string, init: RequestInit = { method: "POST" }): Promise<[number, unknown]> {
  const response = await fetch(url, init);
  return [response.status, await response.json()];
}

describe("a receipt", () => {
  test("is due for what is delivered, and makes it processed, once", async () => {
    const { receiptUrl, delivery } = await paidSale();
    const delivered = await until("delivered", async () => {
      const now = await state(delivery);
      return now.status === "delivered" && now;
    });
    expect([delivered.processed_at, delivered.receipt_due_at > new Date()]).toEqual([null, true]);
    expect(await call(receiptUrl)).toEqual([200, { status: "processed", late: false, duplicate: false }]);
    const { processed_at } = await state(delivery);
    expect(processed_at).not.toBeNull();
    expect(await call(receiptUrl, { method: "GET" })).toEqual([
      200,
      { status: "processed", late: false, duplicate: true },
    ]);
    expect((await state(delivery)).processed_at).toEqual(processed_at);
  });

  test("may say that the work failed, and later that it is done", async () => {
    const { receiptUrl, delivery } = await paidSale();
    const failed = { method: "POST", body: '{"status":"failed","error":"no such product"}' };
    expect(await call(receiptUrl, failed)).toMatchObject([200, { status: "failed" }]);
    expect(await state(delivery)).toMatchObject({ processed_at: null, processing_error: "no such product" });
    expect(await call(receiptUrl)).toMatchObject([200, { status: "processed" }]);
    expect((await state(delivery)).processing_error).toBeNull();
  });

  test("of another delivery, or with another signature, is turned away", async () => {
    const [one, other] = [await paidSale(), await paidSale()];
    const signatureOf = (url: string) => new URL(url).searchParams.get("signature")!;
    for (const url of [
      one.receiptUrl.replace(signatureOf(one.receiptUrl), signatureOf(other.receiptUrl)),
      one.receiptUrl.replace(/signature=.*/, `signature=${"0".repeat(64)}`),
    ]) {
      expect(await call(url)).toMatchObject([401, { error: "receipt_not_genuine" }]);
    }
    expect((await state(one.delivery)).processed_at).toBeNull();
  });

  test("is asked for under the same address on every attempt", async () => {
    testStack.receiver.answer(({ path }) => (path === "/railway" ? { status: 500 } : {}));
    const { sale, delivery } = await paidSale();
    await until("the first attempt", async () => (await state(delivery)).status === "pending");
    testStack.receiver.answer(() => ({ status: 200 }));
    await testStack.sql`select outbox.retry(${delivery})`;
    await until("delivered", async () => (await state(delivery)).status === "delivered");
    const came = testStack.receiver.received.filter((one) => about(sale)(one) && one.type === "order.created");
    expect(came.length).toBeGreaterThan(1);
    expect(new Set(came.map(({ body }) => body)).size).toBe(1);
  });

  test("is not asked for in an event that is passed on byte for byte", async () => {
    const sale = await aSale(testStack);
    const event = saleEvent(sale, "payment_intent.payment_failed");
    await postStripe(testStack, event);
    const came = await until("the event", () => testStack.receiver.received.find(about(sale, "/railway-stripe")));
    expect([came.body, came.verifiedBy]).toEqual([event, "stripe"]);
  });
});

describe("the guide's receiver", () => {
  let messages: Received[];
  let orders: { record: string; data: object }[];

  beforeAll(async () => {
    const sale = await aSale(testStack);
    await postStripe(testStack, saleEvent(sale, "checkout.session.completed"));
    for (const status of ["needs_attention", "confirmed", "refunded"])
      await testStack.sql`update public.orders set status = ${status},
        attention_reason = case when ${status} = 'needs_attention' then 'a test' end
        where checkout_session_id = ${sale.checkout}`;
    messages = await until("four messages", () => {
      const came = testStack.receiver.received.filter((one) => about(sale)(one) && one.type.startsWith("order."));
      return new Set(came.map(({ id }) => id)).size === 4 && came;
    });
    const newest = messages
      .map(({ body }) => JSON.parse(body))
      .toSorted((a, b) => b.change.sequence - a.change.sequence)[0]!;
    orders = [{ record: `orders/${newest.data.id}`, data: newest.data }];
    expect(newest.data.status).toBe("refunded");
  });

  test("ends with the newest state, whatever the order and however often messages come", async () => {
    const anyOrder = fc.array(fc.constantFrom(...messages), { maxLength: 6 }).chain((twice) => {
      const all = [...messages, ...twice];
      return fc.shuffledSubarray(all, { minLength: all.length });
    });
    await fc.assert(
      fc.asyncProperty(anyOrder, async (sent) => {
        await backend`truncate received, copies`;
        for (const one of sent) expect((await receive(again(one))).status).toBe(204);
        expect([...(await backend`select record, data from copies`)]).toEqual(orders);
        expect((await backend`select from received`).length).toBe(4);
      }),
      { numRuns: 20 },
    );
  });

  test("that gets one message several times at once works on it once", async () => {
    await backend`truncate received, copies`;
    await Promise.all([1, 2, 3].map(() => receive(again(messages[0]!))));
    expect((await backend`select from received`).length).toBe(1);
  });

  test("says that the work is done", async () => {
    const { created, delivery } = await paidSale();
    await receive(again(created));
    expect((await state(delivery)).processed_at).not.toBeNull();
  });

  test("turns away what is not signed with its secret, or was changed on the way", async () => {
    const { created } = await paidSale();
    const ids = async () => (await backend`select from received where webhook_id = ${created.id}`).length;
    expect(
      (await receive(again({ ...created, body: created.body.replace("order.created", "order.changed") }))).status,
    ).toBe(401);
    expect(
      (await receive(again({ ...created, headers: { ...created.headers, "webhook-id": "msg_another" } }))).status,
    ).toBe(401);
    expect(await ids()).toBe(0);
    expect((await receive(again(created))).status).toBe(204);
    expect(await ids()).toBe(1);
  });
});
