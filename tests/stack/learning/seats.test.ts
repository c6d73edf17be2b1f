/**
 * Seats and tutors' time under real concurrency: each party has a connection of its own, and none of them waits its
 * turn.
 */
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
/** Enough connections for everybody to act at once. */
let people: postgres.Sql;
beforeAll(async () => {
  testStack = await startTestStack({ background: { cron: false, pgNet: false } });
  people = postgres(testStack.stack.dbUrl, { max: 12, onnotice() {} });
});
afterAll(async () => {
  await people?.end({ timeout: 1 });
  await testStack?.stop();
});

interface Course {
  cohort: string;
  sku: string;
}

async function aCourse(capacity: number): Promise<Course> {
  const sku = `seat-${crypto.randomUUID()}`;
  const [cohort] =
    await testStack.sql`insert into public.cohorts (name, capacity) values ('Maths', ${capacity}) returning id`;
  await testStack.sql`
    insert into public.products (sku, name, price_minor, currency, kind, cohort_id)
    values (${sku}, 'A seat', 4900, 'EUR', 'cohort_seat', ${cohort!.id})`;
  return { cohort: cohort!.id, sku };
}

async function aLesson(): Promise<string> {
  const sku = `lesson-${crypto.randomUUID()}`;
  await testStack.sql`
    insert into public.products (sku, name, price_minor, currency, kind, tutor_email, session_minutes)
    values (${sku}, 'An hour', 4900, 'EUR', 'tutoring_session', ${`${sku}@example.com`}, 60)`;
  return sku;
}

/** Opens a checkout as functions/checkout does. Its id. */
async function buys(sql: postgres.ISql, item: { sku: string; starts_at?: string }, email: string): Promise<string> {
  const [row] = await sql`select commerce.open_checkout(${email}, ${sql.json([{ ...item, quantity: 1 }])}) as id`;
  return row!.id;
}

/** Enrols somebody as an admin does. */
async function enrols(sql: postgres.ISql, { cohort }: Course, email: string): Promise<void> {
  await sql`insert into public.enrollments (cohort_id, email) values (${cohort}, ${email})`;
}

async function pays(checkout: string): Promise<void> {
  const occurred_at = new Date().toISOString();
  const fact = {
    ...{ type: "payment.captured", occurred_at, provider_ref: `pi_${checkout}`, checkout_session_id: checkout },
    ...{ amount_minor: 4900, currency: "EUR", customer_ref: null, email: null },
  };
  const event = {
    ...{
      provider: "stripe",
      provider_event_id: `evt_${checkout}`,
      type: "payment_intent.succeeded",
      subject: null,
      trust: "signed",
    },
    ...{ occurred_at, body: "{}", headers: {}, facts: [fact], error: null },
  };
  const [result] = await people`select status from inbox.receive(${people.json([event])})`;
  expect(result!.status).toBe("applied");
}

/** What became of each attempt: "done", or the word for programs, the constraint or the SQLSTATE it was refused by. */
async function outcomes(attempts: Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const each of await Promise.allSettled(attempts)) {
    const word =
      each.status === "fulfilled" ? "done" : (each.reason.constraint_name ?? each.reason.detail ?? each.reason.code);
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}

async function seats({ cohort }: Course): Promise<{ free: number; taken: number; held: number }> {
  const [row] = await testStack.sql`
    select learning.free_seats(${cohort}) as free,
      (select count(*)::integer from public.enrollments where cohort_id = ${cohort} and status <> 'cancelled') as taken,
      (select count(*)::integer from public.stock_reservations where cohort_id = ${cohort} and status = 'held')
      as held`;
  return row as never;
}

/** Waits until somebody waits for a lock on our row. */
async function somebodyWaits(): Promise<void> {
  await until("somebody waits for a lock", async () => {
    const [row] =
      await testStack.sql`select count(*)::integer as waiting from pg_stat_activity where wait_event_type = 'Lock'`;
    return row!.waiting > 0;
  });
}

test("of two buyers of the last seat, who came second is told it is sold out", async () => {
  const course = await aCourse(1);
  let second: Promise<unknown> | undefined;
  await people.begin(async (first) => {
    await buys(first, course, "amina@example.com");
    second = buys(people, course, "ben@example.com").catch((error) => error.detail);
    await somebodyWaits();
  });
  expect(await second).toBe("sold_out");
  expect(await seats(course)).toEqual({ free: 0, taken: 0, held: 1 });
});

test("a buyer whose checkout an admin overtakes is told it is sold out", async () => {
  const course = await aCourse(1);
  let buyer: Promise<unknown> | undefined;
  await people.begin(async (admin) => {
    await enrols(admin, course, "amina@example.com");
    buyer = buys(people, course, "ben@example.com").catch((error) => error.detail);
    await somebodyWaits();
  });
  expect(await buyer).toBe("sold_out");
  expect(await seats(course)).toEqual({ free: 0, taken: 1, held: 0 });
});

test("an admin does not enrol into the seat a buyer is about to hold", async () => {
  const course = await aCourse(1);
  let admin: Promise<unknown> | undefined;
  await people.begin(async (buyer) => {
    await buys(buyer, course, "amina@example.com");
    admin = enrols(people, course, "ben@example.com").catch((error) => error.constraint_name);
    await somebodyWaits();
  });
  expect(await admin).toBe("a_cohort_has_no_more_students_than_seats");
  expect(await seats(course)).toEqual({ free: 0, taken: 0, held: 1 });
});

test("a capacity is not lowered below a seat that is being sold at that moment", async () => {
  const course = await aCourse(1);
  let admin: Promise<unknown> | undefined;
  await people.begin(async (buyer) => {
    await buys(buyer, course, "amina@example.com");
    admin = people`update public.cohorts set capacity = 0 where id = ${course.cohort}`.catch(
      (error) => error.constraint_name,
    );
    await somebodyWaits();
  });
  expect(await admin).toBe("a_cohort_has_no_more_students_than_seats");
});

test("ten buyers and ten admins race for five seats: five are taken, and each buyer with one is enrolled after paying", async () => {
  const course = await aCourse(5);
  const checkouts: string[] = [];
  const attempts = Array.from({ length: 10 }, (_, n) => [
    buys(people, course, `buyer-${n}@example.com`).then((checkout) => checkouts.push(checkout)),
    enrols(people, course, `student-${n}@example.com`),
  ]).flat();
  const { done, ...refused } = await outcomes(attempts);
  expect(done).toBe(5);
  expect(
    Object.keys(refused).filter((word) => !["sold_out", "a_cohort_has_no_more_students_than_seats"].includes(word)),
  ).toEqual([]);
  expect(await seats(course)).toEqual({ free: 0, taken: 5 - checkouts.length, held: checkouts.length });

  await Promise.all(checkouts.map(pays));
  expect(await seats(course)).toEqual({ free: 0, taken: 5, held: 0 });
  expect(
    await testStack.sql`
      select 1 from public.orders where checkout_session_id = any (${checkouts}::uuid[]) and status <> 'confirmed'`,
  ).toHaveLength(0);
});

test("a person who pays for two checkouts of one cohort at once has one seat, and an order that a person looks at", async () => {
  const course = await aCourse(5);
  const checkouts = [await buys(people, course, "amina@example.com"), await buys(people, course, "amina@example.com")];
  await Promise.all(checkouts.map(pays));
  expect(await seats(course)).toEqual({ free: 4, taken: 1, held: 0 });
  const orders = await testStack.sql`
      select status from public.orders where checkout_session_id = any (${checkouts}::uuid[]) order by status`;
  expect(orders.map(({ status }) => status).sort()).toEqual(["confirmed", "needs_attention"]);
});

test("a student who opens checkouts of two tutors' trials at once holds one", async () => {
  const trials = await Promise.all([aLesson(), aLesson(), aLesson(), aLesson()]);
  await testStack.sql`update public.products set trial = true where sku = any (${trials})`;
  const starts_at = new Date(Date.now() + 86_400_000).toISOString();
  const attempts = trials.map((sku) => buys(people, { sku, starts_at }, "amina@example.com"));
  expect(await outcomes(attempts)).toEqual({ done: 1, trial_used: 3 });
});

test("eight buyers want the same hour of a tutor: one gets it", async () => {
  const sku = await aLesson();
  const starts_at = new Date(Date.now() + 86_400_000).toISOString();
  const attempts = Array.from({ length: 8 }, (_, n) => buys(people, { sku, starts_at }, `buyer-${n}@example.com`));
  expect(await outcomes(attempts)).toEqual({ done: 1, sold_out: 7 });
});
