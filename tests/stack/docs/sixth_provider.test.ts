/** docs/guides/add_a_provider.md, taken at its word: a sixth provider is one file and a few lines. */
import { createHmac } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../../scripts/schema/schema.ts";
import { aSale, startTestStack, type TestStack } from "../test_stack.ts";
import { blocksOf } from "./guide.ts";

let testStack: TestStack;
let project: string;

async function replace(file: string, what: string, by: string): Promise<void> {
  const text = await readFile(file, "utf8");
  expect(text).toContain(what);
  await writeFile(file, text.replace(what, by));
}

beforeAll(async () => {
  project = await mkdtemp(path.join(os.tmpdir(), "signalbox-sixth-"));
  for (const folder of ["functions", "supabase"])
    await cp(path.join(ROOT, folder), path.join(project, folder), { recursive: true });
  const guide = await blocksOf("add_a_provider.md");
  for (const file of ["functions/_shared/providers/acme/webhook.ts", "functions/acme/index.ts"]) {
    await mkdir(path.dirname(path.join(project, file)), { recursive: true });
    await writeFile(path.join(project, file), guide[file]!);
  }
  await appendFile(path.join(project, "supabase/config.toml"), `\n${guide["supabase/config.toml"]}`);
  await replace(
    path.join(project, "functions/_shared/providers/registry.ts"),
    "\n};",
    `\n${guide["functions/_shared/providers/registry.ts"]}};`,
  );
  await writeFile(path.join(project, "supabase/migrations/20990101000000_acme.sql"), guide["supabase/migrations"]!);
  const [name, secret] = guide[".env.example"]!.trim().split("=");
  testStack = await startTestStack({ project, env: { [name!]: secret! } });
});
afterAll(async () => {
  await testStack?.stop();
  await rm(project, { recursive: true, force: true });
});

function signed(body: string, secret = testStack.env.ACME_WEBHOOK_SECRET!): Promise<Response> {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return fetch(`${testStack.stack.functionsUrl}/acme`, {
    method: "POST",
    body,
    headers: { "x-acme-signature": signature },
  });
}

const paid = (reference: string, more: object = {}) =>
  JSON.stringify({
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

test("its payment makes an order, once", async () => {
  const sale = await aSale(testStack);
  const body = paid(sale.checkout);
  for (const duplicate of [false, true]) {
    const response = await signed(body);
    expect([response.status, await response.json()]).toMatchObject([200, { status: "applied", duplicate }]);
  }
  const orders = await testStack.sql`
    select o.status, p.provider from public.orders o join public.payments p on p.id = o.payment_id where o.checkout_session_id = ${sale.checkout}`;
  expect([...orders]).toEqual([{ status: "confirmed", provider: "acme" }]);
});

test("what is signed with another secret is turned away with its reason", async () => {
  const response = await signed(paid(crypto.randomUUID()), "guessed");
  expect([response.status, await response.json()]).toMatchObject([401, { error: "signature_wrong" }]);
});

test("an odd payload is kept as failed, with the field's name", async () => {
  const response = await signed(paid(crypto.randomUUID(), { amount: "much" }));
  expect([response.status, await response.json()]).toMatchObject([200, { status: "failed" }]);
  const [event] = await testStack.sql`select error from inbox.events where provider = 'acme' and status = 'failed'`;
  expect(event!.error).toMatch(/payment\.amount/);
});
