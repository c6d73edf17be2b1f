/** docs/guides/add_a_provider.md, taken at its word: a sixth provider is one folder, one entry and a few lines. */
import { createHmac } from "node:crypto";
import { access, appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../../scripts/schema/schema.ts";
import { providerSuite } from "../../functions/conformance/provider_suite.ts";
import type { WebhookSample } from "../../functions/conformance/sample.ts";
import { aSale, startTestStack, type TestStack } from "../test_stack.ts";
import { blocksOf } from "./guide.ts";

const GUIDE = "add_a_provider.md";
const blocks = await blocksOf(GUIDE);

/** A copy of the project, with what the guide adds. Made first, since the conformance suite asks for its tests. */
const project = await mkdtemp(path.join(os.tmpdir(), "signalbox-sixth-"));
for (const folder of ["functions", "supabase"])
  await cp(path.join(ROOT, folder), path.join(project, folder), { recursive: true });
await mkdir(path.join(project, "tests/functions/conformance"), { recursive: true });
await cp(
  path.join(ROOT, "tests/functions/conformance/sample.ts"),
  path.join(project, "tests/functions/conformance/sample.ts"),
);
for (const [file, text] of Object.entries(blocks).filter(([file]) => file.includes("acme"))) {
  await mkdir(path.dirname(path.join(project, file)), { recursive: true });
  await writeFile(path.join(project, file), text);
}
await appendFile(path.join(project, "supabase/config.toml"), `\n${blocks["supabase/config.toml"]}`);
await replace(
  path.join(project, "functions/_shared/providers/registry.ts"),
  "\n};",
  `\n${blocks["functions/_shared/providers/registry.ts"]}};`,
);
await writeFile(path.join(project, "supabase/migrations/20990101000000_acme.sql"), blocks["supabase/migrations"]!);

async function replace(file: string, what: string, by: string): Promise<void> {
  const text = await readFile(file, "utf8");
  expect(text).toContain(what);
  await writeFile(file, text.replace(what, by));
}

let testStack: TestStack;
beforeAll(async () => {
  const [name, secret] = blocks[".env.example"]!.trim().split("=");
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

describe("it conforms:", async () => {
  const sample: { webhook: WebhookSample } = await import(
    path.join(project, "tests/functions/conformance/samples/acme.ts")
  );
  const load = async () => {
    // By the registry, as the functions that are given a name find it.
    const { PROVIDERS } = await import(path.join(project, "functions/_shared/providers/registry.ts"));
    return await PROVIDERS.acme.webhook();
  };
  providerSuite("acme", load, sample.webhook);
});

test("every file that the guide names is there, but for those that it adds", async () => {
  const text = await readFile(path.join(ROOT, "docs/guides", GUIDE), "utf8");
  const named = [...text.matchAll(/`((?:functions|sql|supabase|tests|local|simulator|docs)\/[\w./-]+)`/g)].map(
    ([, file]) => file!,
  );
  const ours = [...new Set(named)].filter((file) => !file.includes("acme"));
  expect(ours.length).toBeGreaterThan(8);
  for (const file of ours) await expect(access(path.join(ROOT, file)), file).resolves.toBeUndefined();
});
