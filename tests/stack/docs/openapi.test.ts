/** docs/reference/openapi.json: made from the endpoints and the table of errors, and true to real answers. */
import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OPERATIONS_OF_ALL } from "../../../scripts/openapi/endpoints.ts";
import { describeFunctions } from "../../../scripts/openapi.ts";
import { ROOT } from "../../../scripts/schema/schema.ts";
import { aProduct, aSale, paymentEvent, post, startTestStack, type TestStack, until } from "../test_stack.ts";

/** Read as the tests expect it: what is missing is undefined. */
// biome-ignore lint/suspicious/noExplicitAny: any endpoint's answer
type Answer = Record<string, any>;

interface Response_ {
  content?: Record<string, { schema: object }>;
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Response_>; requestBody?: Response_ }>>;
  components: object;
}

const KEYS = { make: crypto.randomUUID(), railway: crypto.randomUUID(), health: crypto.randomUUID() };

let testStack: TestStack;
/** A product that every purchase here is of. */
let sku: string;
let document: Document;
const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);

beforeAll(async () => {
  document = JSON.parse(await readFile(`${ROOT}/docs/reference/openapi.json`, "utf8"));
  testStack = await startTestStack({
    env: { MAKE_WEBHOOK_SECRET: KEYS.make, RAILWAY_PULL_KEY: KEYS.railway, HEALTH_KEY: KEYS.health },
  });
  sku = await aProduct(testStack, { stock: 50 });
});
afterAll(() => testStack?.stop());

function complaints(schema: object, value: unknown): string[] {
  const validate = ajv.compile({ ...schema, components: document.components });
  return validate(value) ? [] : validate.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Calls an operation, and holds its answer against the document. */
async function call(
  method: "get" | "post",
  path: string,
  { query = {}, headers = {}, body }: { query?: object; headers?: Record<string, string>; body?: unknown } = {},
): Promise<{ status: number; json: Answer }> {
  const search = new URLSearchParams(query as Record<string, string>);
  const response = await fetch(`${testStack.stack.functionsUrl}${path}?${search}`, {
    method: method.toUpperCase(),
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, json: await checked(method, path, response) };
}

async function checked(method: string, path: string, response: Response): Promise<Answer> {
  const json = await response.json();
  const documented = document.paths[path]![method]!.responses[response.status];
  expect(documented, `${method} ${path} answered ${response.status}: ${JSON.stringify(json)}`).toBeDefined();
  expect(complaints(documented!.content!["application/json"]!.schema, json), JSON.stringify(json)).toEqual([]);
  return json;
}

const key = () => ({ "idempotency-key": crypto.randomUUID() });
const cart = () => ({ items: [{ sku, quantity: 2 }], provider: "stripe", email: "amina@example.com" });

test.each(["docs/reference/openapi.json", "docs/reference/functions.md"])("%s is up to date", async (file) => {
  const committed = await readFile(`${ROOT}/${file}`, "utf8");
  expect(committed, `${file} is not what scripts/openapi says: npm run openapi`).toBe(
    (await describeFunctions())[file],
  );
});

test("every function has an operation", async () => {
  const { readdir } = await import("node:fs/promises");
  const functions = (await readdir(`${ROOT}/functions`)).filter((name) => !name.startsWith("_"));
  const documented = new Set(OPERATIONS_OF_ALL.map(({ path }) => path.split("/")[1]!));
  // The database alone calls dispatch.
  expect([...documented, "dispatch"].sort()).toEqual(functions.sort());
});

describe("a purchase", () => {
  test("checkout, the same again, and the status answer what is documented", async () => {
    const headers = key();
    const made = await call("post", "/checkout", { headers, body: cart() });
    expect(made.status).toBe(201);
    expect((await call("post", "/checkout", { headers, body: cart() })).status).toBe(200);
    const { checkout_session_id, token } = made.json;
    const query = { checkout_session_id };
    expect((await call("get", "/payment-status", { query, headers: { "x-checkout-token": token } })).status).toBe(200);
    expect((await call("post", "/payment-status", { body: { checkout_session_id, token } })).status).toBe(200);
    expect((await call("post", "/checkout/cancel", { body: { checkout_session_id, token } })).json).toEqual({
      state: "cancelled",
    });
    expect((await call("post", "/checkout", { headers, body: cart() })).status).toBe(409);
  });

  test("a request that the document allows is understood", () => {
    const { schema } = document.paths["/checkout"]!.post!.requestBody!.content!["application/json"]!;
    expect(complaints(schema, cart())).toEqual([]);
    expect(complaints(schema, { ...cart(), price: 1 })).not.toEqual([]);
    expect(complaints(schema, { ...cart(), items: [] })).not.toEqual([]);
  });

  test.each([
    ["without a key", {}, () => cart(), 400],
    ["of something that nobody sells", key(), () => ({ ...cart(), items: [{ sku: "no", quantity: 1 }] }), 404],
    ["with a member that nobody reads", key(), () => ({ ...cart(), price: 1 }), 400],
    ["at a provider that there is not", key(), () => ({ ...cart(), provider: "bank" }), 400],
    ["that is no JSON", key(), () => "{", 400],
  ])("a request %s is refused as documented", async (_, headers, body, status) => {
    const answer = await call("post", "/checkout", { headers: headers as Record<string, string>, body: body() });
    expect(answer.status).toBe(status);
  });

  test("an order is in the status", async () => {
    const made = await call("post", "/checkout", { headers: key(), body: cart() });
    const { checkout_session_id, token, total_minor } = made.json;
    const sale = { sku, checkout: checkout_session_id, name: "openapi" };
    const paid = paymentEvent("stripe", "captured", sale, {
      "data.object.amount_total": total_minor,
      "data.object.amount": total_minor,
      "data.object.amount_received": total_minor,
      "data.object.currency": "eur",
    });
    await checked("post", "/stripe", await post(testStack, "stripe", paid));
    const { json } = await call("post", "/payment-status", { body: { checkout_session_id, token } });
    expect(["paid", "in_review"]).toContain(json.state);
  });
});

describe("webhooks", () => {
  test.each(["stripe", "paypal", "fapshi"] as const)("%s: an event and its duplicate", async (provider) => {
    const body = paymentEvent(
      provider,
      "captured",
      await aSale(testStack, { currency: provider === "fapshi" ? "XAF" : "EUR" }),
    );
    testStack.stack.providers[provider].put(body); // Fapshi's events are confirmed at its API
    await checked("post", `/${provider}`, await post(testStack, provider, body));
    const again = await checked("post", `/${provider}`, await post(testStack, provider, body));
    expect(again.duplicate).toBe(true);
  });

  test.each(["/stripe", "/paypal", "/fapshi", "/whop", "/fathom", "/catalog", "/make"])(
    "%s refuses what is not signed as documented",
    async (path) => {
      expect((await call("post", path, { body: {} })).status).toBe(401);
    },
  );

  test("the catalogue answers its products", async () => {
    const body = JSON.stringify({
      type: "catalog.updated",
      timestamp: new Date().toISOString(),
      data: { products: [{ sku, version: 3, name: "Mug" }] },
    });
    const id = `msg_${crypto.randomUUID()}`;
    const signature = new Webhook(testStack.env.RAILWAY_WEBHOOK_SECRET!).sign(id, new Date(), body);
    const answer = await call("post", "/catalog", {
      headers: {
        ...{ "webhook-id": id, "webhook-signature": signature },
        "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
      },
      body,
    });
    expect(answer.status).toBe(200);
    expect(answer.json.products).toMatchObject([{ sku, known: true, version: 3 }]);
  });

  test("make.com's report", async () => {
    const headers = { authorization: `Bearer ${KEYS.make}` };
    const report = {
      id: "form-1",
      type: "form.submitted",
      occurred_at: new Date().toISOString(),
      data: { form: "contact", email: "amina@example.com", fields: { text: "hello" } },
    };
    expect((await call("post", "/make", { headers, body: report })).status).toBe(200);
  });
});

describe("receivers", () => {
  test("read their messages, and are refused as documented", async () => {
    await aProduct(testStack);
    const headers = { authorization: `Bearer ${KEYS.railway}` };
    const answer = await call("get", "/changes", { query: { destination: "railway", limit: "5" }, headers });
    expect(answer.status).toBe(200);
    expect((await call("get", "/changes", { query: { destination: "railway", limit: "0" }, headers })).status).toBe(
      400,
    );
    expect((await call("get", "/changes", { query: { destination: "railway" } })).status).toBe(401);
  });

  test("a receipt is recorded, and a forged one refused", async () => {
    await testStack.sql`update outbox.destinations set receipts = true where name = 'railway'`;
    await aProduct(testStack);
    const [row] = await testStack.sql`
      select outbox.with_receipt(m.payload, d.id)::jsonb ->> 'receipt_url' as url
      from outbox.deliveries d join outbox.messages m on m.id = d.message_id
      where d.destination = 'railway' order by d.id desc limit 1`;
    const query = Object.fromEntries(new URL(row!.url).searchParams);
    expect((await call("post", "/receipt", { query, body: { status: "processed" } })).status).toBe(200);
    expect((await call("get", "/receipt", { query })).json.duplicate).toBe(true);
    expect((await call("get", "/receipt", { query: { ...query, signature: "0".repeat(64) } })).status).toBe(401);
  });
});

describe("health", () => {
  test("answers strangers and monitors as documented, also when it is down", async () => {
    const monitor = { headers: { authorization: `Bearer ${KEYS.health}` } };
    expect([200, 503]).toContain((await call("get", "/health")).status);
    expect((await call("get", "/health", monitor)).json.reasons).toBeInstanceOf(Array);
    expect((await call("get", "/health/metrics")).status).toBe(401);
    await testStack.sql`select cron.unschedule(jobname) from cron.job`;
    await until("it to be down", async () => {
      // Each time: a run of the job may have begun before.
      await testStack.sql`update ops.alert_settings set last_run_at = now() - interval '10 minutes' where only_row`;
      return (await call("get", "/health")).status === 503;
    });
    expect((await call("get", "/health")).json).toEqual({ status: "down" });
    expect((await call("get", "/health", monitor)).json.reasons).toHaveLength(1);
  });
});
