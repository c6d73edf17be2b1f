/** Railway's updates coming back by functions/catalog, with the code of docs/guides/receive_messages.md. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checked } from "../../../functions/_shared/facts/facts.ts";
import { webhookHandler } from "../../../functions/_shared/inbound/webhook_handler.ts";
import { openAfterWebhook } from "../../../functions/_shared/outbound/after_webhook.ts";
import { DatabaseAway } from "../../../functions/_shared/platform/database.ts";
import { railway } from "../../../functions/_shared/providers/railway/webhook.ts";
import { send } from "../../../scripts/send.ts";
import { railwayHeaders } from "../../../simulator/providers/railway.ts";
import { type Backend, startBackend } from "../docs/guide.ts";
import { aProduct, startTestStack, type TestStack, testRuntime, until } from "../test_stack.ts";

interface Standing {
  sku: string;
  known: boolean;
  version: number;
  own_version: number;
  stock: number | null;
  stock_version: number;
  active: boolean;
}
type Answer = { status: string; duplicate: boolean; error?: string; products: Standing[] };

let testStack: TestStack;
let guide: Backend;
/** The guide's own code. `id`: of the request; any, unless it is to be sent again. */
let writeBack: (products: object[], id?: string) => Promise<Answer>;

beforeAll(async () => {
  testStack = await startTestStack();
  guide = await startBackend(testStack);
  const guided = (await guide.load("catalog.ts")).writeBack;
  const secret = testStack.env.RAILWAY_WEBHOOK_SECRET!;
  writeBack = (products, id = crypto.randomUUID()) => guided(testStack.stack.functionsUrl, secret, id, products);
});
afterAll(async () => {
  await guide?.stop();
  await testStack?.stop();
});

const aSku = () => `sku-${crypto.randomUUID()}`;
const whole = (name = "Mug") => ({ name, price_minor: 2450, currency: "EUR" });
const product = async (sku: string) => (await testStack.sql`select * from public.products where sku = ${sku}`)[0];
const messages = async (sku: string) =>
  (
    await testStack.sql`
      select m.type, m.payload from outbox.messages m join public.products p on m.record_key = 'products/' || p.id
      where p.sku = ${sku} order by m.sequence`
  ).map(({ type, payload }) => ({ type, ...JSON.parse(payload) }));

/** What the backend heard of a product, by a courier's delivery. */
const heard = (sku: string, type: string) =>
  until(`Railway to hear ${type}`, () =>
    testStack.receiver.received.findLast(
      (one) => one.path === "/railway" && one.type === type && one.body.includes(sku),
    ),
  );

/** Sends it signed, but as it is. */
function post(
  event: unknown,
  { secret = testStack.env.RAILWAY_WEBHOOK_SECRET!, now = Date.now(), id = crypto.randomUUID() } = {},
) {
  const body = typeof event === "string" ? event : JSON.stringify(event);
  return fetch(`${testStack.stack.functionsUrl}/catalog`, {
    method: "POST",
    body,
    headers: railwayHeaders(body, secret, now, id),
  });
}
const update = (...products: unknown[]) => ({
  type: "catalog.updated",
  timestamp: new Date().toISOString(),
  data: { products },
});

describe("an update", () => {
  test("of an unknown sku makes a product with its stock; the answer says how it stands, and Railway hears of it", async () => {
    const sku = aSku();
    const answer = await writeBack([{ sku, version: 3, ...whole(), stock: 40, stock_version: 5 }]);
    expect(answer).toMatchObject({ status: "applied", duplicate: false });
    expect(answer.products).toEqual([
      { sku, known: true, version: 3, own_version: 0, stock: 40, stock_version: 5, active: true },
    ]);
    expect(await product(sku)).toMatchObject({
      name: "Mug",
      price_minor: "2450",
      currency: "EUR",
      kind: "goods",
      description: null,
    });
    const { data } = JSON.parse((await heard(sku, "product.stock_changed")).body);
    expect([data.stock, data.stock_version, data.version]).toEqual([40, 5, 3]);
  });

  test("that is late or equal loses, and is told what stands", async () => {
    const sku = await aProduct(testStack);
    await writeBack([{ sku, version: 7, name: "Seventh" }]);
    for (const version of [6, 7]) {
      const answer = await writeBack([{ sku, version, name: `Late ${version}` }]);
      expect(answer).toMatchObject({ status: "applied", products: [{ version: 7, own_version: 1 }] });
    }
    expect(await product(sku)).toMatchObject({ name: "Seventh" });
  });

  test("of an unknown sku that cannot be made waits for its product, and says so", async () => {
    const sku = aSku();
    const answer = await writeBack([{ sku, stock: 4, stock_version: 1 }]);
    expect(answer).toMatchObject({
      status: "parked",
      error: expect.stringContaining(`no product ${sku}`),
      products: [{ sku, known: false }],
    });
    await writeBack([{ sku, version: 1, ...whole() }]);
    expect(await product(sku)).toMatchObject({ stock: 4 });
  });

  test("sent twice is a duplicate; a movement of stock told in two updates counts once", async () => {
    const sku = await aProduct(testStack, { stock: 10 });
    const movement = { sku, stock_change: -3, id: crypto.randomUUID(), reason: "broken" };
    const id = crypto.randomUUID();
    expect(await writeBack([movement], id)).toMatchObject({
      status: "applied",
      duplicate: false,
      products: [{ stock: 7 }],
    });
    expect(await writeBack([movement], id)).toMatchObject({
      status: "applied",
      duplicate: true,
      products: [{ stock: 7 }],
    });
    expect(await writeBack([movement])).toMatchObject({
      status: "applied",
      duplicate: false,
      products: [{ stock: 7 }],
    });
  });

  test("that takes more than there is waits until there is enough", async () => {
    const sku = await aProduct(testStack, { stock: 2 });
    const answer = await writeBack([{ sku, stock_change: -5, id: crypto.randomUUID() }]);
    expect(answer).toMatchObject({
      status: "parked",
      error: expect.stringContaining("5 of"),
      products: [{ stock: 2 }],
    });
    expect(await writeBack([{ sku, stock_change: 10, id: crypto.randomUUID() }])).toMatchObject({
      products: [{ stock: 7 }],
    });
  });

  test("with an odd field is kept as failed, names it, and changes nothing", async () => {
    const sku = await aProduct(testStack);
    const id = crypto.randomUUID();
    const response = await post(
      update({ sku, version: 2, name: "Fine" }, { sku, version: 3, price_minor: -1, currency: "EUR" }),
      { id },
    );
    expect([response.status, await response.json()]).toMatchObject([
      200,
      {
        status: "failed",
        error: expect.stringContaining("data.products.1.price_minor: expected"),
        products: [{ sku, version: 1 }],
      },
    ]);
    const [event] = await testStack.sql`
        select status, error from inbox.events where provider = 'railway' and provider_event_id = ${id}`;
    expect(event).toMatchObject({ status: "failed", error: expect.stringContaining("data.products.1.price_minor") });
    expect(await product(sku)).toMatchObject({ name: "Enamel mug" });
  });

  test("of more than 500 products is refused, counted, and not kept; of 500 it is taken", async () => {
    const many = (count: number) => update(...Array.from({ length: count }, (_, i) => ({ sku: `sku-${i}` })));
    const response = await post(many(501));
    expect([response.status, await response.json()]).toMatchObject([422, { error: "too_many_products" }]);
    await until("it to be counted", async () => {
      const [row] =
        await testStack.sql`select 1 from inbox.rejections where provider = 'railway' and reason = 'too_many_products'`;
      return row;
    });
    const taken = await post(many(500));
    const answer = (await taken.json()) as Answer;
    expect([taken.status, answer.status, answer.products.length]).toEqual([200, "ignored", 500]);
  });
});

describe("a request is turned away", () => {
  test.each<[string, number, Parameters<typeof post>[1]]>([
    ["signature_wrong", 401, { secret: "whsec_RVhBTVBMRXJvbGxlZFNlY3JldE5vdFJlYWwwMDI=" }],
    ["timestamp_too_old", 401, { now: Date.now() - 400_000 }],
    ["timestamp_in_future", 401, { now: Date.now() + 400_000 }],
  ])("as %s", async (code, status, how) => {
    const sku = aSku();
    const response = await post(update({ sku, version: 1, ...whole() }), how);
    expect([response.status, await response.json()]).toMatchObject([status, { error: code }]);
    expect(await product(sku)).toBeUndefined();
  });

  test("as no JSON", async () => {
    const response = await post("not json");
    expect([response.status, await response.json()]).toMatchObject([400, { error: "body_not_json" }]);
  });

  test("for now, while RAILWAY_WEBHOOK_SECRET is not set", async () => {
    const runtime = testRuntime(testStack);
    const bare = webhookHandler(railway, openAfterWebhook, { ...runtime, env: () => undefined });
    const body = JSON.stringify(update());
    const response = await bare(
      new Request("http://localhost/catalog", {
        method: "POST",
        body,
        headers: railwayHeaders(body, testStack.env.RAILWAY_WEBHOOK_SECRET!),
      }),
    );
    expect([response.status, await response.json()]).toMatchObject([503, { error: "secret_not_configured" }]);
    await Promise.all(runtime.deferred);
    await runtime.database.close();
  });
});

test("an update that is stored is answered 200, though how the products stand cannot be told now", async () => {
  const runtime = testRuntime(testStack);
  const query: typeof runtime.database.query = async (statement, values) => {
    if (statement.includes("catalog_state")) throw new DatabaseAway("gone");
    return await runtime.database.query(statement, values);
  };
  const handle = webhookHandler(railway, openAfterWebhook, { ...runtime, database: { ...runtime.database, query } });
  const sku = aSku();
  const body = JSON.stringify(update({ sku, version: 1, ...whole() }));
  const headers = railwayHeaders(body, testStack.env.RAILWAY_WEBHOOK_SECRET!);
  const response = await handle(new Request("http://localhost/catalog", { method: "POST", body, headers }));
  const answer = await response.json();
  expect([response.status, answer]).toEqual([200, { id: expect.any(String), status: "applied", duplicate: false }]);
  expect(await product(sku)).toMatchObject({ name: "Mug" });
  await Promise.all(runtime.deferred);
  await runtime.database.close();
});

test("npm run send -- railway sends to it what it takes", async () => {
  const sku = aSku();
  vi.stubEnv("SIGNALBOX_URL", testStack.stack.functionsUrl);
  vi.stubEnv("RAILWAY_WEBHOOK_SECRET", testStack.env.RAILWAY_WEBHOOK_SECRET!);
  const printed = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    expect(await send(["railway", "all", "--set", `data.products.0.sku=${sku}`])).toBe(0);
    expect(printed.mock.calls.flat().join(" ")).toContain('"status":"applied"');
    expect(await product(sku)).toMatchObject({ name: "Enamel mug", stock: 52 });
  } finally {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  }
});

test("what we told Railway, sent back as an update, changes nothing and makes no further message", async () => {
  const sku = await aProduct(testStack);
  await testStack.sql`update public.products set name = 'Ours', stock = 8 where sku = ${sku}`;
  const { data } = JSON.parse((await heard(sku, "product.stock_changed")).body);
  const { version, name, description, price_minor, currency, active, stock, stock_version } = data;
  expect([name, version, stock, stock_version]).toEqual(["Ours", 2, 8, 2]);
  const before = await messages(sku);
  const answer = await writeBack([
    { sku, version, name, description, price_minor, currency, active, stock, stock_version },
  ]);
  expect(answer).toMatchObject({ status: "applied", products: [{ version, stock_version }] });
  expect(await messages(sku)).toEqual(before);
});

test("of two writers at once, both are right: theirs knew of ours, or lost and is told so", async () => {
  const seen = new Set<boolean>();
  for (let i = 0; i < 30; i++) {
    const sku = await aProduct(testStack);
    const [answer] = await Promise.all([
      writeBack([{ sku, version: 2, name: "Theirs" }]),
      testStack.sql`update public.products set price_minor = 999 where sku = ${sku}`,
    ]);
    const { name, version, price_minor } = (await product(sku))!;
    const stands = name === "Theirs";
    seen.add(stands);
    expect([price_minor, Number(version)]).toEqual(["999", stands ? 3 : 2]);
    if (!stands) expect(answer.products[0]).toMatchObject({ version: 2, own_version: 2 });
  }
  expect(seen.size).toBeGreaterThan(0);
});

/** An update straight into the inbox, where nothing tries again what a deadlock broke off. */
async function receive(id: string, products: object[]): Promise<string> {
  const type = "catalog.updated";
  const facts = checked(
    railway.translate(update(...products), { id, type, occurredAt: new Date().toISOString(), subject: null }),
  );
  const event = { provider: "railway", provider_event_id: id, type, trust: "signed", body: "", facts };
  const [row] = await testStack.sql`select status from inbox.receive(${testStack.sql.json([event] as never)})`;
  return row!.status;
}

test("any updates, in any order, with any duplicates, end the same", async () => {
  const part = fc.record(
    {
      name: fc.constantFrom("A", "B", "C"),
      description: fc.constantFrom(null, "x", "y"),
      price: fc.nat(3),
      active: fc.boolean(),
      stock: fc.nat(5),
    },
    { requiredKeys: [] },
  );
  const story = fc.tuple(fc.boolean(), fc.array(part, { minLength: 2, maxLength: 6 }), fc.infiniteStream(fc.nat()));

  /** Receives the events one after another, each in a call of its own; what is there at the end. */
  async function ends(events: { id: string; products: object[] }[], sku: string): Promise<object> {
    for (const { id, products } of events) await receive(`${sku} ${id}`, products);
    const { name, description, price_minor, active, stock, version, stock_version } = (await product(sku)) ?? {};
    const [waiting] = await testStack.sql`
      select count(*)::int as n from inbox.events where provider = 'railway' and provider_event_id like ${`${sku} %`}
        and status <> 'applied' and facts <> '[]'`;
    return { name, description, price_minor, active, stock, version, stock_version, waiting: waiting!.n };
  }

  await fc.assert(
    fc.asyncProperty(story, async ([known, parts, order]) => {
      const events = (sku: string) =>
        parts.map(({ price, stock, ...said }, i) => ({
          id: String(i),
          products: [
            {
              sku,
              version: i + 2,
              // One of them can make the product, where there is none.
              ...(i === 1 && !known && whole("Made")),
              ...said,
              ...(price !== undefined && { price_minor: price, currency: "EUR" }),
              ...(stock !== undefined && { stock, stock_version: i + 2 }),
            },
          ],
        }));
      const [one, other] = known ? [await aProduct(testStack), await aProduct(testStack)] : [aSku(), aSku()];
      const shuffled = [...events(other), ...events(other)]
        .map((event) => ({ event, place: order.next().value as number }))
        .sort((a, b) => a.place - b.place)
        .map(({ event }) => event);
      expect(await ends(shuffled, other)).toEqual(await ends(events(one), one));
    }),
    { numRuns: 40 },
  );
});

test("buyers and the backend at once: nothing deadlocks, no unit is sold twice, the ledger adds up", async () => {
  const skus = await Promise.all(Array.from({ length: 8 }, () => aProduct(testStack, { stock: 10 })));
  const shuffled = () => skus.map((sku) => ({ sku, place: Math.random() })).sort((a, b) => a.place - b.place);

  /**
   * Says again and again that there is what it heard of, one version on; what a buyer took meanwhile makes that too
   * late.
   */
  async function counter(): Promise<void> {
    for (let i = 0; i < 12; i++) {
      const { products } = await writeBack(shuffled().map(({ sku }) => ({ sku })));
      const counted = shuffled().map(({ sku }) => {
        const { stock, stock_version } = products.find((one) => one.sku === sku)!;
        return { sku, stock, stock_version: stock_version + 1 };
      });
      expect(await receive(crypto.randomUUID(), counted)).toBe("applied");
    }
  }
  async function buyer(): Promise<void> {
    for (let i = 0; i < 12; i++) {
      const items = shuffled()
        .slice(0, 4)
        .map(({ sku }) => ({ sku, quantity: 1 }));
      await testStack.sql`select commerce.open_checkout('amina@example.com', ${testStack.sql.json(items)})`.catch(
        (error) => {
          expect(error.message).toMatch(/sold out/);
        },
      );
    }
  }
  await Promise.all([counter(), counter(), buyer(), buyer()]);

  const rows = await testStack.sql`
    select p.stock,
      (select coalesce(sum(r.quantity), 0)::int from public.stock_reservations r where r.product_id = p.id
        and r.status = 'held') as held,
      (select sum(m.quantity)::int from public.stock_movements m where m.product_id = p.id) as ledger
    from public.products p where p.sku in ${testStack.sql(skus)}`;
  for (const { stock, held, ledger } of rows) expect([stock + held, ledger]).toEqual([10, stock]);
  expect(rows.some(({ held }) => held > 0)).toBe(true);
});
