/** docs/guides/add_a_provider.md, taken at its word: a sixth provider, first for webhooks alone, then for payments too. */
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../../scripts/schema/schema.ts";
import { providerSuite } from "../../functions/conformance/provider_suite.ts";
import type { WebhookSample } from "../../functions/conformance/sample.ts";
import { postCheckout } from "../storefront.ts";
import { aProduct, aSale, startTestStack, type TestStack, until } from "../test_stack.ts";
import { apply, blocksOf, copyProject, type Project } from "./guide.ts";

const GUIDE = "add_a_provider.md";
/** For hooks that start a stack: a machine that is busy with other tests takes its time. */
const HOOK_MS = 600_000;
const REGISTRY = "functions/_shared/providers/registry.ts";

let testStack: TestStack;
let project: Project;

/** What a block for .env.example sets. */
const settings = (block: string) =>
  Object.fromEntries(
    block
      .trim()
      .split("\n")
      .map((line) => line.split("=")),
  );

/** The guide's files for webhooks; `entry` is the block with its entry in the registry. */
async function applyWebhooks(entry = REGISTRY): Promise<Record<string, string>> {
  const blocks = await blocksOf(GUIDE);
  await apply(project, GUIDE, ["functions/_shared/providers/acme/webhook.ts", "functions/acme/index.ts"]);
  await project.edit("supabase/config.toml", (text) => `${text}\n${blocks["supabase/config.toml"]}`);
  await project.edit(REGISTRY, (text) => text.replace(/\n};\n(?!.*\n};)/s, `\n${blocks[entry]}};\n`));
  return blocks;
}

function signed(body: string, secret = testStack.env.ACME_WEBHOOK_SECRET!): Promise<Response> {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return fetch(`${testStack.stack.functionsUrl}/acme`, {
    method: "POST",
    body,
    headers: { "x-acme-signature": signature },
  });
}

const paid = (reference: string, more: object = {}) => ({
  ...{ id: `acme_${crypto.randomUUID()}`, type: "payment.paid", at: "2026-11-20T10:00:00Z" },
  payment: {
    id: `pay_${crypto.randomUUID()}`,
    amount: 4900,
    currency: "eur",
    reference,
    payer: { email: "amina.buyer@example.com" },
    ...more,
  },
});

const orderOf = (checkout: string) => testStack.sql`
  select o.id, o.status, o.payment_id, p.provider
  from public.orders o join public.payments p on p.id = o.payment_id where o.checkout_session_id = ${checkout}`;

describe("with the files for webhooks", () => {
  beforeAll(async () => {
    project = await copyProject();
    const blocks = await applyWebhooks();
    await project.write("supabase/migrations/20990101000000_acme.sql", blocks["supabase/migrations"]!);
    testStack = await startTestStack({ project: project.folder, env: settings(blocks[".env.example"]!) });
  }, HOOK_MS);
  afterAll(async () => {
    await testStack?.stop();
    await project?.remove();
  });

  test("its payment makes an order, once", async () => {
    const sale = await aSale(testStack);
    const body = JSON.stringify(paid(sale.checkout));
    for (const duplicate of [false, true]) {
      const response = await signed(body);
      expect([response.status, await response.json()]).toMatchObject([200, { status: "applied", duplicate }]);
    }
    expect([...(await orderOf(sale.checkout))]).toMatchObject([{ status: "confirmed", provider: "acme" }]);
  });

  test("what is signed with another secret is turned away with its reason", async () => {
    const response = await signed(JSON.stringify(paid(crypto.randomUUID())), "guessed");
    expect([response.status, await response.json()]).toMatchObject([401, { error: "signature_wrong" }]);
  });

  test("an odd payload is kept as failed, with the field's name", async () => {
    const response = await signed(JSON.stringify(paid(crypto.randomUUID(), { amount: "much" })));
    expect([response.status, await response.json()]).toMatchObject([200, { status: "failed" }]);
    const [event] = await testStack.sql`select error from inbox.events where provider = 'acme' and status = 'failed'`;
    expect(event!.error).toMatch(/payment\.amount/);
  });
});

describe("with the files for payments too", () => {
  /** Acme Pay's API, as its documentation says. */
  const acme = {
    created: new Map<string, { amount: number; currency: string; reference: string }>(),
    cancelled: [] as string[],
    /** What its webhooks say, whether they arrive or not. */
    events: [] as { type: string; payment: { id: string } }[],
    refunds: 0,
  };
  let server: Server;

  /** The body of its answer; null: not found. */
  function answer(method: string, url: URL, key: string, body: string): unknown {
    const [, , ref = "", what] = url.pathname.split("/");
    if (method === "POST" && url.pathname === "/payments") {
      const id = `pay_${key}`;
      acme.created.set(id, JSON.parse(body));
      return { id, url: `https://pay.acme.example/${id}` };
    }
    if (method === "POST" && what === "cancel") return acme.cancelled.push(ref) && {};
    if (method === "POST" && what === "refunds") {
      acme.refunds++;
      const refund = { id: `refund_${key}`, amount: JSON.parse(body).amount };
      return { ...eventOf(ref), id: `acme_${refund.id}`, type: "payment.refunded", refund };
    }
    if (url.pathname === "/events") return { events: url.searchParams.get("page") === "1" ? acme.events : [] };
    if (what === "latest_event") return acme.events.find((event) => event.payment.id === ref) ?? null;
    return null;
  }

  const eventOf = (ref: string) => paid(acme.created.get(ref)!.reference, { ...acme.created.get(ref), id: ref });

  async function checkOut(): Promise<{ id: string; token: string; ref: string }> {
    const items = [{ sku: await aProduct(testStack), quantity: 2 }];
    const response = await postCheckout(testStack, { provider: "acme", items, email: "amina.buyer@example.com" });
    const answer = await response.json();
    expect([response.status, answer]).toMatchObject([201, { provider: "acme", total_minor: 4900 }]);
    const { checkout_session_id: id, token } = answer;
    expect(answer.redirect_url).toBe(`https://pay.acme.example/pay_${id}`);
    return { id, token, ref: `pay_${id}` };
  }

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const key = String(request.headers["idempotency-key"] ?? "");
      const url = new URL(request.url!, "http://acme");
      const authorized = request.headers.authorization === "Bearer development-acme-key";
      const body = authorized ? answer(request.method!, url, key, Buffer.concat(chunks).toString()) : undefined;
      response.writeHead(body === undefined ? 401 : body === null ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(body ?? {}));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");

    project = await copyProject();
    const blocks = await applyWebhooks(`${REGISTRY}#payments`);
    const files = ["functions/_shared/providers/payment_gateway.ts"];
    for (const name of ["api", "gateway", "history"]) files.push(`functions/_shared/providers/acme/${name}.ts`);
    files.push("sql/10-inbox/90-seed/15-first_providers.sql", "sql/30-commerce/10-tables/26-started_payments.sql");
    await apply(project, GUIDE, files);
    await project.migrateFromSql();
    testStack = await startTestStack({
      project: project.folder,
      env: {
        ...settings(blocks[".env.example"]! + blocks[".env.example#payments"]!),
        ACME_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      },
    });
  }, HOOK_MS);
  afterAll(async () => {
    await testStack?.stop();
    await project?.remove();
    server?.close();
  });

  test("it sells, and an admin's refund goes back once", async () => {
    const { id, ref } = await checkOut();
    const response = await signed(JSON.stringify(eventOf(ref)));
    expect(await response.json()).toMatchObject({ status: "applied" });
    const [order] = await orderOf(id);
    expect(order).toMatchObject({ status: "confirmed", provider: "acme" });

    await testStack.sql`select commerce.request_refund(${order!.payment_id})`;
    await until("the order to be refunded", async () => (await orderOf(id))[0]!.status === "refunded");
    expect(acme.refunds).toBe(1);
  });

  test("a payment whose webhook never arrives is found by the reconciler", async () => {
    const { id, ref } = await checkOut();
    acme.events.push(eventOf(ref));
    await testStack.sql`select inbox.reconcile('acme')`;
    await until("the order", async () => (await orderOf(id)).length === 1);
  });

  test("a checkout that its buyer cancels is cancelled there too", async () => {
    const { id, token, ref } = await checkOut();
    const response = await fetch(`${testStack.stack.functionsUrl}/checkout/cancel`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ checkout_session_id: id, token }),
    });
    expect(await response.json()).toEqual({ state: "cancelled" });
    await until("the payment to be cancelled at Acme Pay", () => acme.cancelled.includes(ref));
  });
});

describe("held to what every provider is held to", async () => {
  const SUITE = "tests/functions/conformance";
  const copy = await copyProject();
  afterAll(() => copy.remove());
  await apply(copy, GUIDE, [
    "functions/_shared/providers/acme/webhook.ts",
    "tests/fixtures/acme/payment.paid.json",
    `${SUITE}/samples/acme.ts`,
  ]);
  await copy.write(`${SUITE}/sample.ts`, await readFile(path.join(ROOT, SUITE, "sample.ts"), "utf8"));

  const sample: { webhook: WebhookSample } = await import(path.join(copy.folder, SUITE, "samples/acme.ts"));
  const load = async () => (await import(path.join(copy.folder, "functions/_shared/providers/acme/webhook.ts"))).acme;
  providerSuite("acme", load, sample.webhook);
});
