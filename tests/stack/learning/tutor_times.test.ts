/**
 * When a tutor is free, on a real database: what is listed is what the clocks on the wall say, each listed time is
 * accepted by a checkout and every other refused, and at no moment is a tutor booked twice.
 */
import fc from "fast-check";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aBuyer, startTestStack, type TestStack } from "../test_stack.ts";

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

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** All times of the property test are multiples of it, and so the listed ones are all there are. */
const STEP = 5;

interface Interval {
  opens: number;
  closes: number;
}
interface Plan {
  zone: string;
  /** Minutes of the local day, by weekday (1 Monday). */
  weekly: (Interval & { weekday: number })[];
  /** By local day, counted from the window's first. */
  exceptions: (Interval & { kind: "off" | "extra"; day: number })[];
  minutes: number;
  breakMinutes: number;
  /** Sessions of others: when, counted from the window's start, and how long, in minutes. */
  booked: { at: number; lasts: number }[];
}

const interval = fc
  .tuple(fc.integer({ min: 0, max: 287 }), fc.integer({ min: 1, max: 120 }))
  .map(([from, length]) => ({ opens: from * STEP, closes: Math.min(288, from + length) * STEP }));
const plan: fc.Arbitrary<Plan> = fc.record({
  zone: fc.constantFrom("UTC", "Africa/Douala", "Asia/Kathmandu"),
  weekly: fc.array(
    fc.tuple(interval, fc.integer({ min: 1, max: 7 })).map(([hours, weekday]) => ({ ...hours, weekday })),
    { minLength: 1, maxLength: 10 },
  ),
  exceptions: fc.array(
    fc
      .tuple(interval, fc.constantFrom("off" as const, "extra" as const), fc.integer({ min: -1, max: 2 }))
      .map(([hours, kind, day]) => ({ ...hours, kind, day })),
    { maxLength: 3 },
  ),
  minutes: fc.integer({ min: 1, max: 24 }).map((n) => n * STEP),
  breakMinutes: fc.integer({ min: 0, max: 3 }).map((n) => n * STEP),
  booked: fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 280 }).map((n) => n * STEP),
      lasts: fc.integer({ min: 1, max: 24 }).map((n) => n * STEP),
    }),
    { maxLength: 3 },
  ),
});

const clocks = new Map<string, Intl.DateTimeFormat>();
/** What the clock shows at a moment: the local day, and the minutes since its midnight. */
function onTheWall(zone: string, at: number): { day: number; minute: number } {
  if (!clocks.has(zone)) {
    const parts = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
    clocks.set(zone, new Intl.DateTimeFormat("en-US", { ...parts, hourCycle: "h23", timeZone: zone }));
  }
  const part = Object.fromEntries(
    clocks
      .get(zone)!
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const day = Date.UTC(part.year!, part.month! - 1, part.day!) / DAY;
  return { day, minute: part.hour! * 60 + part.minute! };
}

/** Whether the tutor teaches at a moment, by nothing but the clock. */
function teaches({ zone, weekly, exceptions }: Plan, firstDay: number, at: number): boolean {
  const { day, minute } = onTheWall(zone, at);
  const holds = ({ opens, closes }: Interval) => opens <= minute && minute < closes;
  const special = (kind: string) =>
    exceptions.some((one) => one.kind === kind && one.day === day - firstDay && holds(one));
  // The first of January 1970 was a Thursday.
  const weekday = ((day + 3) % 7) + 1;
  return special("extra") || (!special("off") && weekly.some((one) => one.weekday === weekday && holds(one)));
}

/** When a session may begin, by asking at each moment. */
function modelled(p: Plan, firstDay: number, from: number, to: number): number[] {
  const times: number[] = [];
  for (let at = from; at < to; at += STEP * MINUTE) {
    const end = at + p.minutes * MINUTE;
    let fits = !p.booked.some((one) => {
      const begins = from + (one.at - p.breakMinutes) * MINUTE;
      const ends = from + (one.at + one.lasts + p.breakMinutes) * MINUTE;
      return begins < end && ends > at;
    });
    for (let moment = at; fits && moment < end; moment += STEP * MINUTE) fits = teaches(p, firstDay, moment);
    if (fits) times.push(at);
  }
  return times;
}

const clock = (minute: number) => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`;
const dateOf = (day: number) => new Date(day * DAY).toISOString().slice(0, 10);
class Undone extends Error {}

/** Puts a plan into the database, asks `question`, and undoes all of it. */
async function planned<T>(
  p: Plan,
  { from, firstDay }: { from: number; firstDay: number },
  question: (sql: postgres.TransactionSql, sku: string, tutor: string) => Promise<T>,
): Promise<T> {
  let answer: T | undefined;
  const sku = `lesson-${crypto.randomUUID()}`;
  const tutor = `${sku}@example.com`;
  await testStack.sql
    .begin(async (sql) => {
      await sql`
        insert into public.products (sku, name, price_minor, currency, kind, tutor_email, session_minutes)
        values (${sku}, 'A lesson', 4900, 'EUR', 'tutoring_session', ${tutor}, ${p.minutes})`;
      const [row] = await sql`
        update public.tutors set time_zone = ${p.zone}, step_minutes = ${STEP}, break_minutes = ${p.breakMinutes},
          notice_minutes = 0, book_ahead_days = 730
        where email = ${tutor} returning id`;
      const hours = new Map(p.weekly.map((one) => [`${one.weekday} ${one.opens}`, one]));
      for (const one of hours.values())
        await sql`
          insert into public.tutor_hours (tutor_id, weekday, opens_at, closes_at)
          values (${row!.id}, ${one.weekday}, ${clock(one.opens)}, ${clock(one.closes)})`;
      for (const one of p.exceptions)
        await sql`
          insert into public.tutor_exceptions (tutor_id, kind, first_day, opens_at, closes_at)
          values (${row!.id}, ${one.kind}, ${dateOf(firstDay + one.day)}, ${clock(one.opens)}, ${clock(one.closes)})`;
      for (const { at, lasts } of p.booked)
        await sql`
          insert into public.tutoring_sessions (title, tutor_email, student_email, starts_at, ends_at)
          values ('x', ${tutor}, 'ben@example.com', ${new Date(from + at * MINUTE)},
            ${new Date(from + (at + lasts) * MINUTE)})`;
      // As the plan says: of two intervals that begin at one time the last.
      answer = await question(sql, sku, tutor);
      throw new Undone();
    })
    .catch((error) => {
      if (!(error instanceof Undone)) throw error;
    });
  return answer as T;
}

async function listed(sql: postgres.ISql, sku: string, from: number, to: number): Promise<number[]> {
  const rows = await sql`select starts_at from public.free_times(${sku}, ${new Date(from)}, ${new Date(to)})`;
  return rows.map(({ starts_at }) => (starts_at as Date).getTime());
}

/** Which of these times a checkout accepts, each on its own. */
async function accepted(sql: postgres.TransactionSql, sku: string, times: number[]): Promise<number[]> {
  const taken: number[] = [];
  for (const at of times) {
    const items = [{ sku, quantity: 1, starts_at: new Date(at).toISOString() }];
    await sql
      .savepoint(async (inner) => {
        await inner`select commerce.open_checkout('amina@example.com', ${inner.json(items)})`;
        taken.push(at);
        throw new Undone();
      })
      .catch((error) => {
        if (error instanceof Undone) return;
        // The only two words there are for it.
        expect(["not_bookable", "sold_out"]).toContain(error.detail);
        expect(error.hint).toMatch(/^(The next free time is \d{4}-|No time is free in the 31 days)/);
      });
  }
  return taken;
}

/** The last of several intervals that begin at one time counts: the table has a time once. */
const once = (p: Plan): Plan => ({
  ...p,
  weekly: [...new Map(p.weekly.map((one) => [`${one.weekday} ${one.opens}`, one])).values()],
});

/** The window of one day, two weeks ahead. */
const NEXT = (Math.floor(Date.now() / DAY) + 14) * DAY;

test("what is listed is what the clock says, whatever the hours, exceptions, breaks and sessions are", async () => {
  const property = fc.asyncProperty(plan.map(once), async (p) => {
    const firstDay = onTheWall(p.zone, NEXT).day;
    const times = await planned(p, { from: NEXT, firstDay }, (sql, sku) => listed(sql, sku, NEXT, NEXT + DAY));
    expect(times).toEqual(modelled(p, firstDay, NEXT, NEXT + DAY));
  });
  await fc.assert(property, { numRuns: 150 });
});

/** The next moment from which a zone's clocks are ahead of UTC by more, or less, than before. */
function nextChange(zone: string, forward: boolean): number {
  const offset = (at: number) => {
    const { day, minute } = onTheWall(zone, at);
    return day * DAY + minute * MINUTE - at;
  };
  const hour = 60 * MINUTE;
  for (let at = NEXT; ; at += hour / 4)
    if (offset(at) !== offset(at - hour / 4) && offset(at) > offset(at - hour / 4) === forward) return at;
}

test.each([
  ["Europe/Berlin", true],
  ["Europe/Berlin", false],
  ["America/New_York", true],
  ["America/New_York", false],
  ["Australia/Lord_Howe", true],
  ["Australia/Lord_Howe", false],
])("the same around a change of the clocks: %s, forward %s", async (zone, forward) => {
  const change = nextChange(zone, forward);
  const [from, to] = [change - DAY / 4, change + DAY / 4];
  const property = fc.asyncProperty(plan.map(once), async (any) => {
    const p = { ...any, zone };
    const firstDay = onTheWall(zone, from).day;
    const times = await planned(p, { from, firstDay }, (sql, sku) => listed(sql, sku, from, to));
    expect(times).toEqual(modelled(p, firstDay, from, to));
  });
  await fc.assert(property, { numRuns: 25 });
});

test("each listed time is accepted by a checkout, and every other time is refused", async () => {
  const property = fc.asyncProperty(plan.map(once), fc.array(fc.nat(1439), { maxLength: 10 }), async (p, others) => {
    const firstDay = onTheWall(p.zone, NEXT).day;
    await planned(p, { from: NEXT, firstDay }, async (sql, sku) => {
      const free = await listed(sql, sku, NEXT, NEXT + DAY);
      // Some of the listed, what is right beside them, and anything else; and what was reported: 03:00 …
      const some = free.filter((_, n) => n % Math.ceil(free.length / 8) === 0);
      const beside = some.flatMap((at) => [at - MINUTE, at + MINUTE, at + 3 * MINUTE]);
      const tried = [...some, ...beside, ...others.map((minute) => NEXT + minute * MINUTE)].filter((at) => at >= NEXT);
      const taken = await accepted(sql, sku, [...new Set(tried)].sort());
      expect(taken).toEqual([...new Set(tried)].sort().filter((at) => free.includes(at)));
    });
  });
  await fc.assert(property, { numRuns: 25 });
});

test("buyers, students and tutors who act at once never book a tutor twice", async () => {
  const sku = `lesson-${crypto.randomUUID()}`;
  const tutor = `${sku}@example.com`;
  const sql = testStack.sql;
  await sql`
    insert into public.products (sku, name, price_minor, currency, kind, tutor_email, session_minutes)
    values (${sku}, 'A lesson', 4900, 'EUR', 'tutoring_session', ${tutor}, 60)`;
  await sql`update public.tutors set break_minutes = 10, max_reschedules = 100 where email = ${tutor}`;
  await sql`
    insert into public.tutor_hours (tutor_id, weekday, opens_at, closes_at)
    select id, d, '09:00', '13:00' from public.tutors, generate_series(1, 7) d where email = ${tutor}`;
  for (const hour of [9, 11])
    await sql`
      insert into public.tutoring_sessions (title, tutor_email, student_email, starts_at, ends_at)
      values ('x', ${tutor}, 'ben@example.com', ${new Date(NEXT + hour * 60 * MINUTE)},
        ${new Date(NEXT + (hour + 1) * 60 * MINUTE)})`;
  const sessions = await sql`select id from public.tutoring_sessions where tutor_email = ${tutor}`;
  const { id: member } = await aBuyer(testStack);
  await sql`insert into public.credit_ledger (user_id, credits, reason) values (${member}, 1000, 'granted')`;
  await sql`update public.products set price_credits = 3 where sku = ${sku}`;

  for (let round = 0; round < 5; round++) {
    const when = () => new Date(NEXT + (540 + 30 * Math.floor(Math.random() * 7)) * MINUTE).toISOString();
    const buys = Array.from({ length: 6 }, () => {
      const items = [{ sku, quantity: 1, starts_at: when() }];
      return people`select commerce.open_checkout('amina@example.com', ${people.json(items)})`;
    });
    const books = Array.from(
      { length: 3 },
      () => people`select public.book_session(${sku}, ${when()}, ${crypto.randomUUID()}, ${member})`,
    );
    const moves = [...sessions, ...sessions].map(({ id }) => people`select tutoring.reschedule(${id}, ${when()}, 'x')`);
    const cancels = people`
      select commerce.cancel_checkout(s.id) from public.checkout_sessions s
      join public.checkout_items i on i.checkout_session_id = s.id where i.sku = ${sku} and s.status = 'open'
      order by random() limit 1`;
    for (const one of await Promise.allSettled([...buys, ...books, ...moves, cancels]))
      if (one.status === "rejected") expect(["sold_out", "starts_at_unchanged"]).toContain(one.reason.detail);

    const overlapping = await sql`
      with taken as (
        select id, starts_at, ends_at from public.tutoring_sessions where tutor_email = ${tutor}
          and status = 'scheduled'
        union all
        select id, starts_at, ends_at from public.stock_reservations where tutor_email = ${tutor} and status = 'held'
      )
      select a.starts_at, b.starts_at as other from taken a join taken b
        on a.id < b.id and a.starts_at < b.ends_at + interval '10 minutes'
        and b.starts_at < a.ends_at + interval '10 minutes'`;
    expect([...overlapping]).toEqual([]);
  }
  const [audit] = await sql`select count(*)::int as found from ops.inconsistencies`;
  expect(audit!.found).toBe(0);
});

test("a student who sends one change many times at once makes one change", async () => {
  const tutor = `tutor-${crypto.randomUUID()}@example.com`;
  const [session] = await testStack.sql`
    insert into public.tutoring_sessions (title, tutor_email, student_email, starts_at, ends_at)
    values ('x', ${tutor}, 'ben@example.com', ${new Date(NEXT)}, ${new Date(NEXT + 60 * MINUTE)}) returning id`;
  const later = new Date(NEXT + DAY).toISOString();
  const moved = await Promise.all(
    Array.from({ length: 8 }, () => people`select * from tutoring.reschedule(${session!.id}, ${later}, 'x', 'key')`),
  );
  expect(new Set(moved.map(([change]) => change!.id)).size).toBe(1);
  const cancelled = await Promise.all(
    Array.from({ length: 8 }, () => people`select * from tutoring.cancel(${session!.id}, 'x')`),
  );
  expect(new Set(cancelled.map(([change]) => change!.id)).size).toBe(1);
  const changes = await testStack.sql`
    select kind from public.tutoring_session_changes where tutoring_session_id = ${session!.id} order by number`;
  expect(changes.map(({ kind }) => kind)).toEqual(["rescheduled", "cancelled"]);
});

test("whatever is booked with credits, sent again and cancelled at once, each is spent or given back once", async () => {
  const { id: member } = await aBuyer(testStack);
  const sql = testStack.sql;
  const call = fc.record({
    does: fc.constantFrom("book" as const, "book" as const, "cancel" as const),
    key: fc.integer({ min: 1, max: 3 }),
  });
  const property = fc.asyncProperty(fc.array(fc.array(call, { maxLength: 6 }), { maxLength: 4 }), async (rounds) => {
    const run = crypto.randomUUID();
    const sku = `lesson-${run}`;
    await sql`
      insert into public.products (sku, name, price_minor, currency, kind, tutor_email, session_minutes, price_credits)
      values (${sku}, 'A lesson', 4900, 'EUR', 'tutoring_session', ${`${run}@example.com`}, 60, 3)`;
    // For two of the three keys.
    const [{ balance }] = (await sql`select community.balance(${member})::int as balance`) as never as [
      { balance: number },
    ];
    if (balance !== 7)
      await sql`insert into public.credit_ledger (user_id, credits, reason) values (${member}, ${7 - balance}, 'granted')`;
    for (const round of rounds) {
      const done = round.map(({ does, key }) =>
        does === "book"
          ? people`select public.book_session(${sku}, ${new Date(NEXT + key * DAY)}, ${`${run}/${key}`}, ${member})`
          : people`
              select tutoring.cancel(id, 'why') from public.tutoring_sessions
              where student_user_id = ${member} and booking_key = ${`${run}/${key}`}`,
      );
      for (const one of await Promise.allSettled(done))
        if (one.status === "rejected") expect(one.reason.detail).toBe("not_enough_credits");
    }
    const [is] = await sql`
      select community.balance(${member})::int as balance,
        count(*) filter (where s.status = 'scheduled')::int as booked,
        count(*) = count(distinct s.booking_key) as once
      from public.tutoring_sessions s where s.student_user_id = ${member} and s.booking_key like ${`${run}/%`}`;
    expect(is).toEqual({ balance: 7 - 3 * is!.booked, booked: is!.booked, once: true });
    const [audit] = await sql`select count(*)::int as found from ops.inconsistencies`;
    expect(audit!.found).toBe(0);
  });
  await fc.assert(property, { numRuns: 20 });
});
