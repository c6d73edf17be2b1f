import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Answer } from "../../../simulator/receiver.ts";
import { aSale, postStripe, type Sale, saleEvent, startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack();
  // How long each retry waits, as it is written down.
  await testStack.sql`create table public.waits (delivery_id bigint, attempts integer, seconds double precision)`;
  await testStack.sql.unsafe(`
    create function public.note_wait() returns trigger language plpgsql security definer as $$
    begin
      insert into public.waits values (new.id, new.attempts,
        extract(epoch from new.next_attempt_at - clock_timestamp()));
      return null;
    end $$;
    create trigger note_wait after update on outbox.deliveries
      for each row when (new.status = 'pending' and old.status = 'sending') execute function public.note_wait();`);
});
afterAll(() => testStack?.stop());

/** A sale that is paid now, and its order.created delivery to make.com. */
async function paidSale(): Promise<{ sale: Sale; delivery: string }> {
  const sale = await aSale(testStack);
  await postStripe(testStack, saleEvent(sale, "checkout.session.completed"));
  const [row] = await testStack.sql`
    select d.id from outbox.deliveries d join outbox.messages m on m.id = d.message_id
    where m.payload like ${`%${sale.checkout}%`} and m.type = 'order.created' and d.destination = 'make'`;
  return { sale, delivery: row!.id };
}

const state = async (id: string) =>
  (await testStack.sql`select status, attempts, last_error from outbox.deliveries where id = ${id}`)[0]!;
/** How many seconds the retry after so many attempts waits, once that is known. */
const waitAfter = async (id: string, times: number): Promise<number> => {
  const [row] = await until(`the retry after attempt ${times}`, async () => {
    const rows =
      await testStack.sql`select seconds from public.waits where delivery_id = ${id} and attempts = ${times}`;
    return rows.length > 0 && rows;
  });
  return row!.seconds;
};
const attempts = (id: string) =>
  testStack.sql`
    select number, status_code, error, response_body from outbox.attempts where delivery_id = ${id} order by number`;
const tried = (id: string, times: number) =>
  until(`attempt ${times}`, async () => (await attempts(id)).length >= times);

/** What one test left behind, an open breaker or a pause, is not the next one's. */
beforeEach(async () => {
  testStack.receiver.answer(() => ({ status: 200 }));
  await until(
    "nothing under way",
    async () => (await testStack.sql`select 1 from outbox.deliveries where status = 'sending'`).length === 0,
  );
  await testStack.sql`update outbox.deliveries set status = 'cancelled', settled_at = now() where status = 'pending'`;
  await testStack.sql`select outbox.resume(d.name) from outbox.destinations d`;
});

describe("a receiver in trouble", () => {
  test("that answers 500, then hangs, then works gets every message, and the log tells the story", async () => {
    await testStack.sql`update outbox.destinations set timeout_ms = 5000 where name = 'make'`;
    const answers: Answer[] = [{ status: 500, body: "oh no" }, { hang: true }];
    testStack.receiver.answer(({ path, type }) =>
      path === "/make" && type === "order.created" ? (answers.shift() ?? { body: "Accepted" }) : {},
    );
    const { sale, delivery } = await paidSale();
    await tried(delivery, 2); // 5 s after the first, by the schedule
    await testStack.sql`select outbox.retry(${delivery})`; // rather than wait 5 minutes
    await until("delivered", async () => (await state(delivery)).status === "delivered");

    expect(await attempts(delivery)).toMatchObject([
      { number: 1, status_code: 500, error: "The receiver answered 500.", response_body: "oh no" },
      { number: 2, status_code: null, error: "No answer within 5000 ms." },
      { number: 3, status_code: 200, error: null, response_body: "Accepted" },
    ]);
    const came = testStack.receiver.received.filter(
      (one) => one.path === "/make" && one.type === "order.created" && one.body.includes(sale.checkout),
    );
    expect(new Set(came.map(({ id }) => id)).size).toBe(1);
    expect(came.every(({ verifiedBy }) => verifiedBy === "standardwebhooks")).toBe(true);
    await testStack.sql`update outbox.destinations set timeout_ms = 15000 where name = 'make'`;
  });

  test("does not keep the other destinations waiting", async () => {
    testStack.receiver.answer(({ path }) => (path === "/make" ? { hang: true } : {}));
    const { sale } = await paidSale();
    await until("Railway to hear of the order", () =>
      testStack.receiver.received.some(
        (one) => one.path === "/railway" && one.type === "order.created" && one.body.includes(sale.checkout),
      ),
    );
    const [make] = await testStack.sql`
        select count(*)::int as n from outbox.deliveries where destination = 'make' and status = 'sending'`;
    expect(make!.n).toBeGreaterThan(0);
  });

  test("is tried again by the schedule: after 5 s, then 5 minutes", async () => {
    testStack.receiver.answer(({ path }) => (path === "/make" ? { status: 503 } : {}));
    const { delivery } = await paidSale();
    const first = await waitAfter(delivery, 1);
    expect(first).toBeGreaterThan(3);
    expect(first).toBeLessThan(5.6);
    const second = await waitAfter(delivery, 2);
    expect(second).toBeGreaterThan(295);
    expect(second).toBeLessThan(331);
  });

  test("that names its own time with Retry-After is not disturbed before", async () => {
    testStack.receiver.answer(({ path, type }) =>
      path === "/make" && type === "order.created" ? { status: 429, headers: { "retry-after": "600" } } : {},
    );
    const { delivery } = await paidSale();
    expect(await waitAfter(delivery, 1)).toBeGreaterThan(590);
  });

  test("that answers 410 is paused with the reason, keeps its messages, and gets them after a resume", async () => {
    testStack.receiver.answer(({ path }) => (path === "/make" ? { status: 410 } : {}));
    const { delivery } = await paidSale();
    const [paused] = await until("the pause", async () => {
      const rows = await testStack.sql`
          select paused_reason from outbox.destinations where name = 'make' and paused_at is not null`;
      return rows.length > 0 && rows;
    });
    expect(paused!.paused_reason).toContain("410");
    const later = await paidSale();
    expect((await state(later.delivery)).attempts).toBe(0);
    // Another answer of 410 that is still under way would pause it again.
    await until(
      "nothing under way",
      async () => (await testStack.sql`select 1 from outbox.deliveries where status = 'sending'`).length === 0,
    );
    testStack.receiver.answer(() => ({ status: 200 }));
    await testStack.sql`select outbox.resume('make')`;
    for (const id of [delivery, later.delivery])
      await until("delivered", async () => (await state(id)).status === "delivered");
  });

  test("a redirect is not followed", async () => {
    testStack.receiver.answer(({ path }) =>
      path === "/make" ? { status: 307, headers: { location: `${testStack.receiver.url}/elsewhere` } } : {},
    );
    const { delivery } = await paidSale();
    await tried(delivery, 1);
    expect((await attempts(delivery))[0]).toMatchObject({
      status_code: 307,
      error: expect.stringContaining("redirects"),
    });
    expect(testStack.receiver.received.some(({ path }) => path === "/elsewhere")).toBe(false);
  });

  test("data that make.com will never take is dead at once; a full queue is tried again", async () => {
    testStack.receiver.answer(({ path, type }) =>
      path === "/make" ? { status: 400, body: type === "order.created" ? "Validation failed" : "Queue is full." } : {},
    );
    const { sale, delivery } = await paidSale();
    await until("dead", async () => (await state(delivery)).status === "dead");
    await until("the other pending again", async () => {
      const [other] = await testStack.sql`
        select d.status, d.attempts from outbox.deliveries d join outbox.messages m on m.id = d.message_id
        where m.payload like ${`%${sale.checkout}%`} and m.type = 'payment.captured' and d.destination = 'make'`;
      return other!.status === "pending" && other!.attempts === 1;
    });
    testStack.receiver.answer(() => ({ status: 200 }));
    await testStack.sql`select outbox.retry_dead('make')`;
    await until("delivered", async () => (await state(delivery)).status === "delivered");
  });
});

test("deliveries about one record reach a destination in order, even when the first needs a retry", async () => {
  const sale = await aSale(testStack);
  let refusedOnce = false;
  testStack.receiver.answer(({ path, type }) => {
    if (path !== "/railway" || type !== "order.created" || refusedOnce) return {};
    refusedOnce = true;
    return { status: 500 };
  });
  await postStripe(testStack, saleEvent(sale, "checkout.session.completed"));
  await postStripe(
    testStack,
    saleEvent(sale, "charge.refunded", { "data.object.amount_refunded": 4900, "data.object.refunded": true }),
  );
  const came = () =>
    testStack.receiver.received.filter(
      (one) => one.path === "/railway" && one.type.startsWith("order.") && one.body.includes(sale.checkout),
    );
  await until("both", () => came().some(({ type }) => type === "order.changed"));
  expect(came().map(({ type }) => type)).toEqual(["order.created", "order.created", "order.changed"]);
  const sequences = came().map(({ body }) => JSON.parse(body).change.sequence);
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
});

test("a record whose first delivery waits for a retry keeps no courier awake, and its next one follows at once when that is settled", async () => {
  const sale = await aSale(testStack);
  testStack.receiver.answer(({ path, type }) =>
    path === "/railway" && type.startsWith("order.") ? { status: 503, headers: { "retry-after": "3600" } } : {},
  );
  await postStripe(testStack, saleEvent(sale, "checkout.session.completed"));
  await postStripe(
    testStack,
    saleEvent(sale, "charge.refunded", { "data.object.amount_refunded": 4900, "data.object.refunded": true }),
  );
  await until("every courier at rest, with one order delivery in an hour and one behind it", async () => {
    const rows = await testStack.sql`
      select 1 from outbox.deliveries d join outbox.messages m on m.id = d.message_id
      where d.destination = 'railway' and m.payload like ${`%${sale.checkout}%`} and d.next_attempt_at > now()
      + interval '50 minutes'`;
    const [awake] = await testStack.sql`select outbox.courier_is_awake() as yes`;
    return rows.length === 2 && !awake!.yes;
  });
  testStack.receiver.answer(() => ({ status: 200 }));
  const [first] = await testStack.sql`
    select min(d.id) as id from outbox.deliveries d join outbox.messages m on m.id = d.message_id
    where d.destination = 'railway' and d.status = 'pending' and m.payload like ${`%${sale.checkout}%`}`;
  await testStack.sql`select outbox.retry(${first!.id})`;
  await until("both delivered", () => {
    const came = testStack.receiver.received.filter(
      (one) => one.path === "/railway" && one.type.startsWith("order.") && one.body.includes(sale.checkout),
    );
    return came.at(-1)?.type === "order.changed";
  });
});

test("a destination without an address keeps its messages and says what to set; they go out once it is set", async () => {
  await testStack.sql`insert into outbox.destinations (name) values ('warehouse')`;
  await testStack.sql`insert into outbox.routes (destination, message_type, table_name, operations)
    values ('warehouse', 'order.created', 'public.orders', '{INSERT}')`;
  const sale = await aSale(testStack);
  await postStripe(testStack, saleEvent(sale, "checkout.session.completed"));
  const [held] = await until("the hold", async () => {
    const rows =
      await testStack.sql`select held_reason from outbox.destinations where name = 'warehouse' and held_until > now()`;
    return rows.length > 0 && rows;
  });
  expect(held!.held_reason).toContain("WAREHOUSE_WEBHOOK_URL is not set");
  const [delivery] =
    await testStack.sql`select status, attempts from outbox.deliveries where destination = 'warehouse'`;
  expect(delivery).toEqual({ status: "pending", attempts: 0 });
  await testStack.sql`update outbox.routes set enabled = false where destination = 'warehouse'`;
});
