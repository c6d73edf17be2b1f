/**
 * What those who do not pay can hold of a shop, over HTTP: from one network address and from a thousand (loopback has
 * as many), each checkout with an e-mail address of its own. Without the limits, and with them. The figures are in
 * docs/security.md; FIGURES=1 prints them.
 */
import { once } from "node:events";
import http from "node:http";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aProduct, startTestStack, type TestStack } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack();
});
afterAll(() => testStack?.stop());

interface Answer {
  status: number;
  error?: string;
  message?: string;
}

/** A guest's checkout from a network address of its own, as the gateway sees it. */
async function attack(address: string, items: object[], forged?: string): Promise<Answer> {
  const request = http.request(`${testStack.stack.functionsUrl}/checkout`, {
    method: "POST",
    localAddress: address,
    agent: false,
    headers: {
      "content-type": "application/json",
      "idempotency-key": crypto.randomUUID(),
      ...(forged && { "x-forwarded-for": forged, "cf-connecting-ip": forged }),
    },
  });
  request.end(JSON.stringify({ items, provider: "stripe", email: `${crypto.randomUUID()}@example.com` }));
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  return { status: response.statusCode!, ...((await json(response)) as object) };
}

const addressOf = (n: number) => `127.1.${Math.floor(n / 250)}.${(n % 250) + 1}`;

/** Each of so many addresses tries so many times; eight requests at a time. */
async function attackFrom(
  addresses: number,
  tries: number,
  items: (n: number) => object[],
): Promise<{ opened: number; refusals: string[] }> {
  let opened = 0;
  let next = 0;
  const refusals = new Set<string>();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let n = next++; n < addresses * tries; n = next++) {
        const { status, error } = await attack(addressOf(n % addresses), items(n));
        if (status === 201) opened++;
        else refusals.add(error!);
      }
    }),
  );
  return { opened, refusals: [...refusals].sort() };
}

/** Limits as they come, or off. */
async function limits(on: boolean): Promise<void> {
  const { sql } = testStack;
  await sql`truncate commerce.checkout_limits`;
  if (on) {
    // Every column by its default.
    await sql`delete from commerce.settings where true`;
    await sql`insert into commerce.settings default values`;
  } else {
    await sql`update commerce.settings set guest_share = 1, guest_max_quantity = 100000, guest_sessions = 100000,
      checkouts_per_email = 1000000, checkouts_per_address = 1000000, guest_hold = account_hold where id`;
  }
}

async function heldOf(sku: string): Promise<{ held: number; forMinutes: number }> {
  const [row] = await testStack.sql`
    select coalesce(sum(r.quantity), 0)::int as held,
      coalesce(max(extract(epoch from s.expires_at - s.created_at)) / 60, 0)::int as minutes
    from public.stock_reservations r
    join public.products p on p.id = r.product_id
    join public.checkout_sessions s on s.id = r.checkout_session_id
    where p.sku = ${sku} and r.status = 'held'`;
  return { held: row!.held, forMinutes: row!.minutes };
}

async function aTutor(hours: boolean): Promise<string> {
  const sku = `lesson-${crypto.randomUUID()}`;
  await testStack.sql`
    insert into public.products (sku, name, price_minor, currency, kind, tutor_email, session_minutes)
    values (${sku}, 'Maths', 4000, 'EUR', 'tutoring_session', ${`${sku}@example.com`}, 60)`;
  if (hours) {
    await testStack.sql`
      insert into public.tutor_hours (tutor_id, weekday, opens_at, closes_at, time_zone)
      select t.id, w.d, '09:00', '17:00', 'UTC' from public.tutors t, generate_series(1, 5) w (d)
      where t.email = ${`${sku}@example.com`}`;
  }
  return sku;
}

/** The week from the Monday after next: 168 hours. */
function hourOfWeek(n: number): string {
  const monday = new Date();
  monday.setUTCHours(0, 0, 0, 0);
  monday.setUTCDate(monday.getUTCDate() + 14 - ((monday.getUTCDay() + 6) % 7));
  return new Date(monday.getTime() + n * 3_600_000).toISOString();
}
const lessons = (sku: string, from: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({ sku, quantity: 1, starts_at: hourOfWeek(from + n) }));

function figure(what: string, figures: object): void {
  if (process.env.FIGURES) process.stdout.write(`${what}: ${JSON.stringify(figures)}\n`);
}

describe("of a product with 100 in stock", () => {
  test("all of it is held for an hour by one request, where the limits are off", async () => {
    await limits(false);
    const sku = await aProduct(testStack, { stock: 100 });
    expect(await attack(addressOf(0), [{ sku, quantity: 100 }])).toMatchObject({ status: 201 });
    const held = await heldOf(sku);
    figure("stock, limits off, 1 request", held);
    expect(held).toEqual({ held: 100, forMinutes: 60 });
  });

  test.each([
    ["in large checkouts", 10],
    ["one at a time", 1],
  ])("one network address holds at most 30 of it, for half an hour: %s", async (name, quantity) => {
    await limits(true);
    const sku = await aProduct(testStack, { stock: 100 });
    expect(await attack(addressOf(0), [{ sku, quantity: 100 }])).toMatchObject({
      status: 400,
      error: "quantity_invalid",
    });
    const attacked = await attackFrom(1, 60, () => [{ sku, quantity }]);
    const held = await heldOf(sku);
    figure(`stock, limits on, one network address, ${name}`, { ...held, ...attacked });
    expect(held.held).toBeGreaterThanOrEqual(30);
    // With the few that come back while the test runs.
    expect(held.held).toBeLessThan(60);
    expect(held.forMinutes).toBe(30);
    expect(attacked.refusals).toContain("too_many_checkouts");
  });

  test("a thousand network addresses hold the guests' share, for half an hour", async () => {
    await limits(true);
    const sku = await aProduct(testStack, { stock: 100 });
    const attacked = await attackFrom(1000, 1, (n) => [{ sku, quantity: n < 20 ? 20 : 1 }]);
    const held = await heldOf(sku);
    figure("stock, limits on, a thousand network addresses", { ...held, ...attacked });
    expect(held).toEqual({ held: 75, forMinutes: 30 });
    expect(attacked.refusals).toContain("held_by_others");
  });
});

describe("of a tutor's week", () => {
  test("every hour, day and night, is held by two requests, where the limits are off and there are no hours", async () => {
    await limits(false);
    const sku = await aTutor(false);
    expect(await attack(addressOf(0), lessons(sku, 0, 100))).toMatchObject({ status: 201 });
    expect(await attack(addressOf(0), lessons(sku, 100, 68))).toMatchObject({ status: 201 });
    const held = await heldOf(sku);
    figure("tutor, limits off, 2 requests", held);
    expect(held).toEqual({ held: 168, forMinutes: 60 });
  });

  test.each([
    ["one network address", 1, 168],
    ["a thousand network addresses", 1000, 1],
  ])("%s holds eight of the 40 hours that can be booked, for half an hour", async (name, addresses, tries) => {
    await limits(true);
    const sku = await aTutor(true);
    expect(await attack(addressOf(0), lessons(sku, 0, 1))).toMatchObject({ status: 409, error: "not_bookable" });
    const attacked = await attackFrom(addresses, tries, (n) => lessons(sku, n % 168, 1));
    const held = await heldOf(sku);
    figure(`tutor, limits on, ${name}`, { ...held, ...attacked });
    expect(held.held).toBeLessThanOrEqual(8);
    expect(held.forMinutes).toBe(30);
    expect(attacked.refusals).toContain("not_bookable");
  });
});

test("no request of a guest's is counted as our failure", async () => {
  await limits(true);
  const sku = await aProduct(testStack, { stock: 100 });
  const quantities = [-3_000_000_000, -1, 0, 0.5, 1e300, 100_001, Number.MAX_SAFE_INTEGER];
  const answers: Answer[] = [];
  for (const quantity of quantities) answers.push(await attack("127.2.0.2", [{ sku, quantity }]));
  expect(answers.map(({ status, error }) => [status, error])).toEqual(quantities.map(() => [400, "quantity_invalid"]));
  expect(await testStack.sql`select 1 from ops.attention where what = 'requests not served'`).toHaveLength(0);
});

test("an address that a caller makes up in its headers opens no checkout more", async () => {
  await limits(true);
  await testStack.sql`update commerce.settings set checkouts_per_address = 2 where id`;
  const sku = await aProduct(testStack, { stock: 100 });
  const answers: Answer[] = [];
  for (const forged of ["203.0.113.1", "203.0.113.2", "203.0.113.3"])
    answers.push(await attack("127.2.0.1", [{ sku, quantity: 1 }], forged));
  expect(answers.map(({ status, error }) => [status, error])).toEqual([
    [201, undefined],
    [201, undefined],
    [409, "too_many_checkouts"],
  ]);
  expect(answers[2]!.message).toMatch(/some minutes/);
});
