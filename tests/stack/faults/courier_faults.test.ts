import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { runCourier } from "../../../functions/_shared/outbound/courier.ts";
import { dispatchHandler } from "../../../functions/_shared/outbound/dispatch_handler.ts";
import { developmentEnvironment } from "../../../local/environment.ts";
import type { StackOptions } from "../../../local/stack.ts";
import { fapshiEvent } from "../../../simulator/providers/fapshi.ts";
import type { Answer, Received } from "../../../simulator/receiver.ts";
import {
  aProduct,
  aSale,
  postStripe,
  saleEvent,
  startTestStack,
  type TestStack,
  testRuntime,
  until,
} from "../test_stack.ts";

const DESTINATIONS = [
  "flaky",
  "patient",
  "broken",
  "steady",
  "latest",
  "picky",
  "busy",
  "crowd",
  "slow",
  "changing",
  "prompt",
] as const;
type Destination = (typeof DESTINATIONS)[number];

/** A testStack of which nothing goes to make.com or Railway, and whose functions can sign for our destinations. */
async function quietStack(options: StackOptions = {}): Promise<TestStack> {
  const secret = developmentEnvironment().RAILWAY_SIGNING_SECRET!;
  const env = Object.fromEntries(DESTINATIONS.map((name) => [`${name.toUpperCase()}_SIGNING_SECRET`, secret]));
  const testStack = await startTestStack({ ...options, env });
  await testStack.sql`update outbox.routes set enabled = false`;
  return testStack;
}

async function aDestination(
  { sql, receiver }: TestStack,
  name: Destination,
  columns: Record<string, number | null> = {},
): Promise<void> {
  const row = {
    name,
    url: `${receiver.url}/${name}`,
    timeout_ms: 60_000,
    max_in_flight: 20,
    max_per_second: 10_000,
    tokens: 1000,
    ...columns,
  };
  await sql`insert into outbox.destinations ${sql(row)}`;
}

/** From now on it hears of every change of a product's stock. */
async function aRoute({ sql }: TestStack, destination: Destination, latestOnly = false): Promise<void> {
  await sql`
    insert into outbox.routes (destination, message_type, table_name, operations, when_column, latest_only)
    values (${destination}, 'product.stock', 'public.products', '{UPDATE}', 'stock', ${latestOnly})`;
}

/** So many messages, numbered from 1, about so many records. */
async function write({ sql }: TestStack, destination: Destination, count: number, records = count): Promise<void> {
  await sql`
    select outbox.write_message(
      'thing.changed', ${destination} || '/' || n % ${records}::int,
      json_build_object('type', 'thing.changed', 'data', json_build_object('id', n % ${records}::int), 'change',
        json_build_object('sequence', n))::text,
      null, array[${destination}])
    from generate_series(1, ${count}::int) n`;
}

const arrivals = ({ receiver }: TestStack, destination: Destination) =>
  receiver.received.filter(({ path }) => path === `/${destination}`);

/** How many deliveries a destination has in each state. */
async function states({ sql }: TestStack, destination: Destination): Promise<Record<string, number>> {
  const rows = await sql`
      select status, count(*)::int as n from outbox.deliveries where destination = ${destination} group by status`;
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}

/** Everything is delivered; a database that is away is waited for. */
const delivered = (testStack: TestStack, destination: Destination, count: number, meanwhile = async () => {}) =>
  until(`all ${count} delivered to ${destination}`, async () => {
    await meanwhile();
    return (await states(testStack, destination)).delivered === count;
  });

/** What failed is due now, as if its time had passed and it had all its tries before it. */
async function retriesComeDue({ sql }: TestStack, destination: Destination): Promise<void> {
  await sql`
    update outbox.deliveries set next_attempt_at = clock_timestamp(), attempts_before = attempts
    where destination = ${destination} and status = 'pending' and attempts > attempts_before`;
}

/** What a courier that died had is anybody's, as if half a minute had passed. */
async function leasesRunOut({ sql }: TestStack, ofClaimsOlderThan = "0 s"): Promise<void> {
  await sql`
    update outbox.deliveries d set lease_until = clock_timestamp() - interval '2 days'
    from outbox.destinations t
    where t.name = d.destination and d.status = 'sending'
      and d.lease_until - make_interval(secs => t.timeout_ms / 1000.0 + 30) <= clock_timestamp() -
      ${ofClaimsOlderThan}::interval`;
}

/**
 * Ends a function's process in the middle of whatever it does; its couriers' leases run out, and they pass for awake no
 * more.
 */
async function kill(testStack: TestStack, slug: string, pid: number): Promise<void> {
  process.kill(pid, "SIGKILL");
  await until("its end", async () => (await testStack.stack.functions.pid(slug)) !== pid);
  await leasesRunOut(testStack);
  await testStack.sql`update outbox.couriers set awake_until = null, ended_at = now() where ended_at is null`;
}

interface Told {
  data: { id: string | number };
  change: { sequence: number };
}

/** Checks what a receiver may rely on; `count` messages about `records` records were sent. */
function expectOrder(came: Received[], count: number, records: number): void {
  expect(came.filter(({ verifiedBy }) => verifiedBy !== "standardwebhooks")).toEqual([]);
  const bodies = new Map<string, string>();
  const first: Told[] = [];
  for (const { id, body } of came) {
    if (!bodies.has(id)) first.push(JSON.parse(body));
    // One that comes again has its id, and says the same.
    expect(body).toBe(bodies.get(id) ?? body);
    bodies.set(id, body);
  }
  expect(bodies.size).toBe(count);
  expect(new Set(first.map(({ change }) => change.sequence)).size).toBe(count);
  const byRecord = new Map<Told["data"]["id"], number[]>();
  for (const { data, change } of first) byRecord.set(data.id, [...(byRecord.get(data.id) ?? []), change.sequence]);
  expect(byRecord.size).toBe(records);
  for (const sequences of byRecord.values()) {
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  }
}

describe("all pumps at work", () => {
  let testStack: TestStack;
  beforeAll(async () => {
    testStack = await quietStack({ fsync: true });
  });
  afterAll(() => testStack?.stop());
  afterEach(async () => {
    testStack.receiver.answer(() => ({ status: 200 }));
    await testStack.sql`update outbox.routes set enabled = false`;
  });

  test("couriers killed at random moments, before a receiver that flaps, lose nothing and let nothing overtake", async () => {
    const records = 30;
    await aDestination(testStack, "flaky", { breaker_after: null, timeout_ms: 3000 });
    const skus = await Promise.all(Array.from({ length: records }, () => aProduct(testStack, { stock: 10_000 })));
    await aRoute(testStack, "flaky");
    const moods: Answer[] = [
      { status: 500 },
      { status: 500 },
      { hang: true },
      { reset: true },
      ...Array(8).fill({ status: 200 }),
    ];
    testStack.receiver.answer(({ path }) =>
      path === "/flaky" ? moods[Math.floor(Math.random() * moods.length)]! : {},
    );

    /** Ten changes of each record, and more for as long as couriers are still to be killed at work. */
    let killing = true;
    async function change(): Promise<number> {
      let rounds = 0;
      while (rounds < 10 || killing) {
        for (const sku of skus) await testStack.sql`update public.products set stock = stock - 1 where sku = ${sku}`;
        rounds++;
        await until("room for more", async () => {
          await retriesComeDue(testStack, "flaky");
          return ((await states(testStack, "flaky")).pending ?? 0) < 300;
        });
      }
      return rounds * records;
    }
    async function killOne(): Promise<void> {
      const moment = arrivals(testStack, "flaky").length + Math.floor(Math.random() * 40);
      const victim = await until("a courier at work, some arrivals later", async () => {
        await retriesComeDue(testStack, "flaky");
        return arrivals(testStack, "flaky").length >= moment && (await testStack.stack.functions.pid("dispatch"));
      });
      await kill(testStack, "dispatch", victim);
      await testStack.sql`select outbox.ring_if_due()`;
    }
    const changing = change();
    try {
      for (let kills = 0; kills < 8; kills++) await killOne();
    } finally {
      killing = false;
    }
    const changes = await changing;
    await delivered(testStack, "flaky", changes, () => retriesComeDue(testStack, "flaky"));

    expectOrder(arrivals(testStack, "flaky"), changes, records);
    // Some were killed in the middle of it: attempts that nobody could write down.
    const [unsaid] = await testStack.sql`
      select sum(d.attempts)::int - (select count(*)::int from outbox.attempts a join outbox.deliveries x
        on x.id = a.delivery_id where x.destination = 'flaky') as n
      from outbox.deliveries d where d.destination = 'flaky'`;
    expect(unsaid!.n).toBeGreaterThan(0);
  });

  test("Postgres shut down, and then killed, in the middle: nothing is lost", async () => {
    await aDestination(testStack, "patient", { max_in_flight: 5 });
    await write(testStack, "patient", 400, 40);
    for (const [moment, signal] of [
      [50, "SIGINT"],
      [200, "SIGKILL"],
    ] as const) {
      await until("some arrivals", () => arrivals(testStack, "patient").length >= moment);
      process.kill(await testStack.stack.postgres.pid(), signal);
      await until("the server again", () => testStack.sql`select 1`.catch(() => null));
    }
    const abandoned = () => leasesRunOut(testStack, "5 s").catch(() => {});
    await until("delivered", async () => {
      await abandoned();
      return (await states(testStack, "patient").catch(() => ({}) as Record<string, number>)).delivered === 400;
    });
    expectOrder(arrivals(testStack, "patient"), 400, 40);
  });

  test("a destination that answers 500 is probed by one at a time, keeps nobody waiting, and gets all when it is well: what was never tried and what failed, each oldest first", async () => {
    await aDestination(testStack, "broken", { breaker_after: 5, max_in_flight: 10 });
    await aDestination(testStack, "steady");
    let well = false;
    testStack.receiver.answer(({ path }) => (path === "/broken" && !well ? { status: 500 } : {}));
    await write(testStack, "broken", 40);
    await write(testStack, "steady", 40);
    const breaker = async () =>
      (
        await testStack.sql`select opened_at, failures, held_until > clock_timestamp() as held, held_reason
          from outbox.destinations where name = 'broken'`
      )[0]!;
    const opened = await until("it to open", async () => {
      const now = await breaker();
      return now.opened_at && now;
    });
    expect(opened.held_reason).toContain("attempts in a row failed. The receiver answered 500.");
    await delivered(testStack, "steady", 40);
    await until("nothing under way", async () => !(await states(testStack, "broken")).sending);
    const before = arrivals(testStack, "broken").length;
    expect(before).toBeLessThan(5 + 10); // those that failed, and what was in flight by then

    // One probe each time its hold has passed, though 30 wait and 10 may be in flight.
    for (let probe = 1; probe <= 2; probe++) {
      await testStack.sql`update outbox.destinations set held_until = clock_timestamp() where name = 'broken'`;
      await until("held again", async () => (await breaker()).held);
      await until("nothing under way", async () => !(await states(testStack, "broken")).sending);
      expect(arrivals(testStack, "broken").length).toBe(before + probe);
    }

    well = true;
    // One in flight, for the order of arrival to be that of sending.
    await testStack.sql`
      update outbox.destinations set held_until = clock_timestamp(), max_in_flight = 1 where name = 'broken'`;
    await delivered(testStack, "broken", 40);
    expect(await breaker()).toMatchObject({ opened_at: null, failures: 0, held_reason: null });
    const [probe, ...rest] = arrivals(testStack, "broken")
      .slice(before + 2)
      .map(({ body }) => JSON.parse(body).change.sequence);
    expect(rest).toHaveLength(39);
    const failed = new Set(
      arrivals(testStack, "broken")
        .slice(0, before + 2)
        .map(({ body }) => JSON.parse(body).change.sequence),
    );
    for (const lane of [rest.filter((one) => failed.has(one)), rest.filter((one) => !failed.has(one))]) {
      expect(lane).toEqual(lane.toSorted((a, b) => a - b));
    }
    expect(rest).not.toContain(probe);
  });

  test("fifty changes of a row while its destination is paused are one push of its newest state", async () => {
    await aDestination(testStack, "latest");
    const sku = await aProduct(testStack, { stock: 100 });
    await aRoute(testStack, "latest", true);
    await testStack.sql`select outbox.pause('latest', 'test')`;
    for (let n = 0; n < 50; n++) await testStack.sql`update public.products set stock = stock - 1 where sku = ${sku}`;
    await testStack.sql`select outbox.resume('latest')`;
    await until("it to arrive", async () => (await states(testStack, "latest")).delivered === 1);
    expect(await states(testStack, "latest")).toEqual({ delivered: 1, cancelled: 49 });
    expect(arrivals(testStack, "latest").map(({ body }) => JSON.parse(body).data.stock)).toEqual([50]);
  });

  test("a receiver says with a header that it will never take a message, or that it wants no more", async () => {
    await aDestination(testStack, "picky");
    const words = ["abort-message", "disable"];
    testStack.receiver.answer(({ path }) =>
      path === "/picky" ? { status: 500, headers: { "webhook-delivery": words.shift()! } } : {},
    );
    await write(testStack, "picky", 1);
    await until("dead", async () => (await states(testStack, "picky")).dead === 1);
    const [dead] = await testStack.sql`select attempts, last_error from outbox.deliveries where destination = 'picky'`;
    expect(dead).toMatchObject({ attempts: 1, last_error: expect.stringContaining("abort-message") });

    await write(testStack, "picky", 1);
    await until(
      "paused",
      async () =>
        (await testStack.sql`select 1 from outbox.destinations where name = 'picky' and paused_reason like '%disable%'`)
          .length,
    );
    await until("kept", async () => (await states(testStack, "picky")).pending === 1);
  });

  test("a 429 holds up the whole destination for as long as it asks, and no other", async () => {
    await aDestination(testStack, "busy", { max_in_flight: 1 });
    testStack.receiver.answer(({ path }) =>
      path === "/busy" ? { status: 429, headers: { "retry-after": "120" } } : {},
    );
    await write(testStack, "busy", 10);
    const [hold] = await until("the hold", async () => {
      const rows = await testStack.sql`
        select extract(epoch from held_until - clock_timestamp())::float as seconds, held_reason, opened_at
          from outbox.destinations where name = 'busy' and held_until is not null`;
      return rows.length > 0 && rows;
    });
    expect(hold!.seconds).toBeGreaterThan(110);
    expect(hold!.seconds).toBeLessThanOrEqual(120);
    expect(hold).toMatchObject({ held_reason: "It asked for a pause (429).", opened_at: null });
    testStack.receiver.answer(() => ({ status: 200 }));
    await testStack.sql`select outbox.retry(id) from outbox.deliveries where destination = 'busy'`;
    await aDestination(testStack, "slow");
    await write(testStack, "slow", 5);
    await delivered(testStack, "slow", 5);
    expect(arrivals(testStack, "busy")).toHaveLength(1);
    await testStack.sql`update outbox.destinations set held_until = clock_timestamp() where name = 'busy'`;
    await delivered(testStack, "busy", 10);
  });
});

describe("couriers of this process alone", () => {
  let testStack: TestStack;
  beforeAll(async () => {
    testStack = await quietStack({ background: { cron: false, pgNet: false } });
  });
  afterAll(() => testStack?.stop());
  afterEach(() => testStack.receiver.answer(() => ({ status: 200 })));

  const run = { pump: "bell", milliseconds: 500_000 } as const;

  test("a delivery whose record is settled while another courier claims waits for nothing more", async () => {
    await aDestination(testStack, "crowd");
    await write(testStack, "crowd", 2, 1);
    const { sql } = testStack;
    const claim = async () => {
      const [courier] = await sql`select outbox.wake('bell') as id`;
      return { courier: courier!.id, claimed: await sql`select * from outbox.claim(${courier!.id}, 10)` };
    };
    await sql`update outbox.deliveries set next_attempt_at = now() + interval '1 minute' where id = (
      select max(id) from outbox.deliveries where destination = 'crowd')`;
    const first = await claim();
    expect(first.claimed).toHaveLength(1);
    // The second has never been looked at.
    await sql`update outbox.deliveries set next_attempt_at = created_at where destination = 'crowd'`;

    const { delivery_id, attempt } = first.claimed[0]!;
    const result = { delivery_id, attempt, outcome: "delivered", started_at: new Date(), duration_ms: 1 };
    // So that the recording need not write this row, which would keep the other courier away.
    await sql`update outbox.destinations set last_delivered_at = clock_timestamp() where name = 'crowd'`;
    await sql.begin(async (recording) => {
      await recording`select outbox.record(${first.courier}, ${JSON.stringify([result])}::text::jsonb)`;
      expect((await claim()).claimed).toEqual([]);
    });
    expect((await claim()).claimed).toHaveLength(1);
    await sql`delete from outbox.deliveries where destination = 'crowd'`;
    await sql`delete from outbox.destinations where name = 'crowd'`;
  });

  test("two at once send none of 2000 deliveries twice", async () => {
    await aDestination(testStack, "crowd", {
      max_in_flight: 1000, // more than one courier has under way
      max_per_second: 100_000,
      tokens: 100_000,
    });
    await write(testStack, "crowd", 2000, 500);
    // Nobody is answered before both are at work: one alone has at most 256 under way.
    const both = until("both are at work", () => arrivals(testStack, "crowd").length > 256);
    testStack.receiver.answer(() => ({ after: both }));
    const runtimes = [testRuntime(testStack), testRuntime(testStack)];
    const tried = await Promise.all(runtimes.map((runtime) => runCourier(runtime, run)));
    await Promise.all(runtimes.map(({ database }) => database.close()));

    // Says why, where one was tried again.
    const failures = await testStack.sql`
      select a.error, count(*)::int from outbox.attempts a join outbox.deliveries d on d.id = a.delivery_id
        where d.destination = 'crowd' and a.error is not null group by a.error`;
    expect([...failures]).toEqual([]);
    expect(tried[0]! + tried[1]!).toBe(2000);
    expect(Math.min(...tried)).toBeGreaterThan(0);
    expect(arrivals(testStack, "crowd")).toHaveLength(2000);
    expectOrder(arrivals(testStack, "crowd"), 2000, 500);
    expect(await states(testStack, "crowd")).toEqual({ delivered: 2000 });
  });

  test("one whose worker ends claims no more, and writes down what was under way", async () => {
    await aDestination(testStack, "slow", { max_in_flight: 3, timeout_ms: 5000 });
    await write(testStack, "slow", 10);
    testStack.receiver.answer(() => ({ hang: true }));
    const ending = new AbortController();
    const runtime = { ...testRuntime(testStack), ending: ending.signal };
    const running = runCourier(runtime, run);
    await until("three under way", () => arrivals(testStack, "slow").length === 3);
    ending.abort();
    expect(await running).toBe(3);
    await runtime.database.close();
    const attempts = await testStack.sql`
      select a.error from outbox.attempts a join outbox.deliveries d on d.id = a.delivery_id
        where d.destination = 'slow'`;
    expect(attempts.map(({ error }) => error)).toEqual(Array(3).fill("No answer within 5000 ms."));
    expect(await states(testStack, "slow")).toEqual({ pending: 10 });
    await testStack.sql`delete from outbox.deliveries where destination = 'slow'`;
  });

  test("a provider's API that hangs holds up no delivery, and one try of an event counts once", async () => {
    const { sql, stack } = testStack;
    const { fapshi } = stack.providers;
    fapshi.fail({ kind: "hang", path: "/payment-status", times: 1000 });
    const bodies = Array.from({ length: 5 }, () => fapshiEvent("SUCCESSFUL", {}, crypto.randomUUID()));
    const events = bodies.map((body, i) => ({
      ...{ provider: "fapshi", provider_event_id: `hangs ${i}`, type: "SUCCESSFUL", trust: "unconfirmed" },
      ...{ body, facts: [] },
    }));
    await sql`select inbox.receive(${JSON.stringify(events)}::text::jsonb)`;
    await sql`update inbox.events set next_attempt_at = now() where trust = 'unconfirmed'`;
    const attempts = async () =>
      (await sql`select attempts from inbox.events where trust = 'unconfirmed'`).map((row) => row.attempts);
    await aDestination(testStack, "prompt");
    await write(testStack, "prompt", 1);

    // The provider's time is up when this test says so.
    const timeIsUp = new AbortController();
    const timeout = AbortSignal.timeout;
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => (ms === 10_000 ? timeIsUp.signal : timeout(ms)));
    const runtime = testRuntime(testStack);
    try {
      const dispatch = dispatchHandler(runtime);
      const ring = async () => {
        const [bell] = await sql`
          select jsonb_build_object('expires_at', t.at, 'nonce', t.nonce, 'signature',
            outbox.doorbell_signature(t.at, t.nonce))::text as body
          from (select floor(date_part('epoch', now()))::bigint + 60 as at, gen_random_uuid()::text as nonce) t`;
        const request = new Request("http://localhost/dispatch", { method: "POST", body: bell!.body });
        expect((await dispatch(request)).status).toBe(202);
      };
      await ring();
      await until("the provider is asked about all five", () => fapshi.asked.length === 5);
      await delivered(testStack, "prompt", 1);
      await ring();
      await write(testStack, "prompt", 1);
      await delivered(testStack, "prompt", 2);
      expect(await attempts()).toEqual(Array(5).fill(1));
      timeIsUp.abort(new DOMException("too late", "TimeoutError"));
      await Promise.all(runtime.deferred);
      expect(fapshi.asked).toHaveLength(5);
      expect(await attempts()).toEqual(Array(5).fill(2));
    } finally {
      vi.restoreAllMocks();
      timeIsUp.abort();
      fapshi.mend();
      await Promise.all(runtime.deferred);
      await runtime.database.close();
      await sql`delete from inbox.events where trust = 'unconfirmed'`;
    }
  });

  test("a change that is not committed yet holds no courier up, though it calls off what would be sent", async () => {
    await aDestination(testStack, "changing");
    const sku = await aProduct(testStack, { stock: 100 });
    await aRoute(testStack, "changing", true);
    // One that failed, and the state of the same record that waits behind it.
    const [earlier] = await testStack.sql`
      select outbox.write_message('thing.changed', 'products/' || id, '{"type": "thing.changed"}', null, '{changing}')
        as id from public.products where sku = ${sku}`;
    await testStack.sql`update outbox.deliveries set attempts = 1, next_attempt_at = now() + interval '1 hour'
      where message_id = ${earlier!.id}`;
    await testStack.sql`update public.products set stock = 99 where sku = ${sku}`;
    const runtime = testRuntime(testStack);
    let running: Promise<number> | undefined;
    await testStack.sql.begin(async (change) => {
      await change`update public.products set stock = 98 where sku = ${sku}`;
      await write(testStack, "changing", 1);
      running = runCourier(runtime, run);
      await delivered(testStack, "changing", 1);
    });
    await testStack.sql`select outbox.retry(id) from outbox.deliveries where message_id = ${earlier!.id}`;
    await delivered(testStack, "changing", 3);
    expect(await running).toBe(3);
    await runtime.database.close();
    expect(arrivals(testStack, "changing").map(({ body }) => JSON.parse(body).data?.stock ?? null)).toEqual([
      null,
      null,
      98,
    ]);
  });
});

/** A sale, paid now. */
async function sell(testStack: TestStack): Promise<void> {
  const sale = await aSale(testStack);
  expect((await postStripe(testStack, saleEvent(sale, "checkout.session.completed"))).status).toBe(200);
}
const allDelivered = (testStack: TestStack) =>
  until(
    "everything delivered",
    async () => (await testStack.sql`select 1 from outbox.deliveries where status <> 'delivered'`).length === 0,
  );

test("with cron silent, what failed goes with the next bell", async () => {
  const testStack = await startTestStack({ background: { cron: false } });
  try {
    let failed = 0;
    testStack.receiver.answer(({ path, type }) =>
      path === "/make" && type === "order.created" && failed++ === 0 ? { status: 500 } : {},
    );
    await sell(testStack);
    await until("one that failed, and the courier at rest", async () => {
      const [row] = await testStack.sql`
        select not outbox.courier_is_awake() and (select count(*) from outbox.deliveries
          where status <> 'delivered') = 1
          and exists (select 1 from outbox.deliveries where status = 'pending' and attempts = 1) as yes`;
      return row!.yes;
    });
    await testStack.sql`update outbox.deliveries set next_attempt_at = now() where status = 'pending'`;
    await sell(testStack);
    await allDelivered(testStack);
    expect(await testStack.sql`select distinct pump from outbox.couriers`).toEqual([{ pump: "bell" }]);
  } finally {
    await testStack.stop();
  }
});

test("with pg_net silent, what a killed tail had goes with the tail of the next webhook", async () => {
  const testStack = await startTestStack({ background: { pgNet: false } });
  try {
    testStack.receiver.answer(() => ({ hang: true }));
    await sell(testStack);
    await until("deliveries under way", () => testStack.receiver.received.length > 0);
    expect(await testStack.sql`select 1 from outbox.deliveries where status = 'sending'`).not.toEqual([]);
    await kill(testStack, "stripe", (await testStack.stack.functions.pid("stripe"))!);
    testStack.receiver.answer(() => ({ status: 200 }));
    await sell(testStack);
    await allDelivered(testStack);
    expect(await testStack.sql`select distinct pump from outbox.couriers`).toEqual([{ pump: "tail" }]);
  } finally {
    await testStack.stop();
  }
});
