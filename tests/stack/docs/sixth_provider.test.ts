/**
 * docs/guides/add_a_provider.md, taken at its word: a sixth provider, first for webhooks alone, then for payments too.
 */
import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { readdir, readFile, symlink } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Payable, StandIn } from "../../../local/providers/stand_in.ts";
import { ROOT } from "../../../scripts/schema/schema.ts";
import { type Mounted, mounted } from "../../functions/mounted.ts";
import { postCheckout } from "../storefront.ts";
import { aProduct, aSale, startTestStack, type TestStack, until } from "../test_stack.ts";
import { apply, blocksOf, copyProject, type Project } from "./guide.ts";

/** For hooks that start a stack, and what starts a test run: a machine that is busy with other tests takes its time. */
const HOOK_MS = 600_000;
const GUIDE = "add_a_provider.md";
const REGISTRY = "functions/_shared/providers/registry.ts";
const SETTINGS = "functions/_shared/operations/settings.ts";
const SAMPLE = "tests/functions/conformance/samples/acme.ts";
const FIXTURE = "tests/fixtures/acme/payment.paid.json";

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

/** The guide's files for webhooks; `more` is "#payments" for the blocks that take the place of them later. */
async function applyWebhooks(more = ""): Promise<Record<string, string>> {
  const blocks = await blocksOf(GUIDE);
  await apply(project, GUIDE, ["functions/_shared/providers/acme/webhook.ts", "functions/acme/index.ts", FIXTURE]);
  await project.write(SAMPLE, blocks[SAMPLE + more]!);
  await project.edit(".env.example", (text) => `${text}\n${blocks[".env.example"]}`);
  await apply(project, GUIDE, [SETTINGS]);
  await project.edit("supabase/config.toml", (text) => `${text}\n${blocks["supabase/config.toml"]}`);
  await project.edit(REGISTRY, (text) => text.replace(/\n};\n(?!.*\n};)/s, `\n${blocks[REGISTRY + more]}};\n`));
  return blocks;
}

/** What the guide says in words of the pages that name each provider; then those that a command writes. */
async function writePages(): Promise<void> {
  await project.edit("docs/errors.md", (text) =>
    text
      .replace("`fathom`, `catalog` and", "`fathom`, `acme`, `catalog` and")
      .replaceAll(/^(\| 401 .*`signature_(?:missing|wrong)`.* fathom), catalog/gm, "$1, acme, catalog"),
  );
  await project.edit("docs/runbook.md", (text) =>
    text
      .replace("| `STRIPE_WEBHOOK_SECRET`,", "$& `ACME_WEBHOOK_SECRET`,")
      .replace("| `STRIPE_API_KEY`,", "$& `ACME_API_KEY`,"),
  );
  const tsx = path.join(ROOT, "node_modules/.bin/tsx");
  await promisify(execFile)(tsx, ["scripts/openapi.ts"], { cwd: project.folder });
}

interface TestResult {
  status: string;
  fullName: string;
  failureMessages: string[];
}

interface Outcome {
  passed: number;
  failed: string[];
}

/** Runs these conformance suites of the copy, as `npm test -- functions/conformance` would, for Acme Pay alone. */
const conformance = (...suites: string[]) =>
  runTests(
    suites.map((suite) => `tests/functions/conformance/${suite}.test.ts`),
    "acme",
  );

/** Runs test files of the copy; `only` those tests whose names have this word. */
async function runTests(include: string[], only?: string): Promise<Outcome> {
  // In one process, which loads what they share once.
  const processes = { isolate: false, maxWorkers: 1 };
  const config = { test: { include, ...processes, testTimeout: HOOK_MS, hookTimeout: HOOK_MS } };
  await project.write("vitest.config.ts", `export default ${JSON.stringify(config)};`);
  const vitest = path.join(ROOT, "node_modules/.bin/vitest");
  const args = ["run", "--root", project.folder, "--reporter=json", ...(only ? ["-t", only] : [])];
  const { stdout } = await promisify(execFile)(vitest, args, { maxBuffer: 50_000_000 }).catch((error) => error);
  const report = JSON.parse(stdout.slice(stdout.indexOf("{")));
  const failed = (report.testResults as { message: string; assertionResults: TestResult[] }[]).flatMap((file) => [
    ...(file.message ? [file.message] : []),
    ...file.assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages.join()}`),
  ]);
  return { passed: report.numPassedTests, failed };
}

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

const orderOf = (checkout: string) => testStack.sql`
  select o.id, o.status, o.payment_id, p.provider
  from public.orders o join public.payments p on p.id = o.payment_id where o.checkout_session_id = ${checkout}`;

/** A copy of the project with its tests, which finds our packages. */
async function copyForTests(): Promise<Project> {
  const copy = await copyProject([
    ...["local", "simulator", "scripts", "tests/functions", "tests/fixtures", "tests/stack/docs/runbook.test.ts"],
    ...["docs/errors.md", "docs/runbook.md", "docs/reference", "web/storefront/src"],
    ...[".env.example", "biome.json", "package.json"],
  ]);
  await symlink(path.join(ROOT, "node_modules"), path.join(copy.folder, "node_modules"));
  return copy;
}

/** The guide's table of files: a file or folder, and what it is to webhooks and to payments ("" for nothing). */
async function filesToTouch(): Promise<{ file: string; webhooks: string; payments: string }[]> {
  const text = await readFile(path.join(ROOT, "docs/guides", GUIDE), "utf8");
  return [...text.matchAll(/^\| \d+ +\| `([^`]+)`[^|]*\|([^|]*)\|([^|]*)\|$/gm)].map(
    ([, file, webhooks, payments]) => ({
      ...{ file: file!, webhooks: webhooks!.trim(), payments: payments!.trim() },
    }),
  );
}

/** The files of a copy that the repository does not have, or has otherwise. */
async function changedFiles({ folder }: Project): Promise<{ file: string; state: "new" | "changed" }[]> {
  const changed: { file: string; state: "new" | "changed" }[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.relative(folder, path.join(entry.parentPath, entry.name));
    const original = await readFile(path.join(ROOT, file), "utf8").catch(() => null);
    if (original === (await readFile(path.join(folder, file), "utf8"))) continue;
    changed.push({ file, state: original === null ? "new" : "changed" });
  }
  return changed;
}

test("the guide counts the files of its table", async () => {
  const files = await filesToTouch();
  const count = (states: string[]) => {
    const touched = states.filter((state) => state !== "");
    return [touched.length, touched.filter((state) => state === "new").length];
  };
  const text = await readFile(path.join(ROOT, "docs/guides", GUIDE), "utf8");
  const [, ...stated] =
    /webhooks is (\d+) files, (\d+) of them new; one that also takes payments is (\d+), (\d+) of them new \((\d+)\s/.exec(
      text.replace(/\s+/g, " "),
    )!;
  const ofKnownKind = files.filter(({ payments }) => payments !== "" && !payments.includes("kind is new"));
  expect(stated.map(Number)).toEqual([
    ...count(files.map(({ webhooks }) => webhooks)),
    ...count(files.map(({ payments }) => payments)),
    ofKnownKind.length,
  ]);
});

describe("with the files for webhooks", () => {
  beforeAll(async () => {
    project = await copyForTests();
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
    const body = paid(sale.checkout);
    for (const duplicate of [false, true]) {
      const response = await signed(body);
      expect([response.status, await response.json()]).toMatchObject([200, { status: "applied", duplicate }]);
    }
    expect([...(await orderOf(sale.checkout))]).toMatchObject([{ status: "confirmed", provider: "acme" }]);
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

  test(
    "it conforms",
    async () => {
      const { passed, failed } = await conformance("providers");
      expect(failed).toEqual([]);
      expect(passed).toBeGreaterThan(10);
    },
    HOOK_MS,
  );
});

describe("with the files for payments too", () => {
  let acme: StandIn & Payable;
  let api: Mounted;

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
    project = await copyForTests();
    const blocks = await applyWebhooks("#payments");
    const files = ["functions/_shared/providers/payment_gateway.ts"];
    for (const name of ["api", "gateway", "history"]) files.push(`functions/_shared/providers/acme/${name}.ts`);
    files.push("local/providers/acme.ts", "local/providers/index.ts");
    files.push("sql/10-inbox/90-seed/15-first_providers.sql", "sql/30-commerce/10-tables/26-started_payments.sql");
    files.push(`${SETTINGS}#payments`, "web/storefront/src/api/checkout.ts", "web/storefront/src/pages/cart.tsx");
    await apply(project, GUIDE, files);
    await project.edit(".env.example", (text) => text + blocks[".env.example#payments"]);
    await writePages();
    await project.migrateFromSql();

    acme = (await import(path.join(project.folder, "local/providers/acme.ts"))).createAcme();
    api = await mounted({ acme } as object);
    testStack = await startTestStack({
      project: project.folder,
      env: { ...settings(blocks[".env.example"]! + blocks[".env.example#payments"]!), ACME_BASE_URL: api.url },
    });
  }, HOOK_MS);
  afterAll(async () => {
    await testStack?.stop();
    await api?.stop();
    await project?.remove();
  });

  test("it took the files of the guide's table, and no other", async () => {
    const taken = new Map<string, string>();
    const files = (await filesToTouch()).map(({ file, payments }) => ({ file, state: payments.split(",")[0]! }));
    for (const { file, state } of await changedFiles(project)) {
      const row = files.find((one) => file === one.file || (one.file.endsWith("/") && file.startsWith(one.file)));
      taken.set(row?.file ?? file, state);
    }
    expect([...taken].sort()).toEqual(files.map(({ file, state }) => [file, state]).sort());
  });

  test("it sells, and an admin's refund goes back once", async () => {
    const { id, ref } = await checkOut();
    const [body] = acme.pay(ref, "captured");
    expect(await (await signed(body!)).json()).toMatchObject({ status: "applied" });
    const [order] = await orderOf(id);
    expect(order).toMatchObject({ status: "confirmed", provider: "acme" });

    await testStack.sql`select commerce.request_refund(${order!.payment_id})`;
    await until("the order to be refunded", async () => (await orderOf(id))[0]!.status === "refunded");
    expect(acme.asked.filter((one) => one.path.endsWith("/refunds"))).toHaveLength(1);
  });

  test("a payment whose webhook never arrives is found by the reconciler", async () => {
    const { id, ref } = await checkOut();
    acme.pay(ref, "captured");
    await testStack.sql`select inbox.reconcile('acme', until => now() + interval '1 minute')`;
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
    await until("the payment to be cancelled at Acme Pay", () =>
      acme.asked.some((one) => one.path === `/payments/${ref}/cancel`),
    );
    expect(() => acme.pay(ref, "captured")).toThrow("nobody can pay");
  });

  test("no list of names lacks it: of settings, errors, secrets, or of words that SQL has too", async () => {
    const suites = ["operations/health_handler", "errors_table", "shared_words"];
    const files = [...suites.map((suite) => `tests/functions/${suite}.test.ts`), "tests/stack/docs/runbook.test.ts"];
    const { passed, failed } = await runTests(files);
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(50);
  });

  test("its endpoint is in the OpenAPI document, and one may check out with it", async () => {
    const document = JSON.parse(await readFile(path.join(project.folder, "docs/reference/openapi.json"), "utf8"));
    expect(document.paths["/acme"].post.responses["401"]).toBeDefined();
    expect(JSON.stringify(document.paths["/checkout"].post.requestBody)).toContain('"acme"');
  });

  test(
    "its webhook, gateway and history conform",
    async () => {
      const { passed, failed } = await conformance("providers", "gateways", "histories");
      expect(failed).toEqual([]);
      expect(passed).toBeGreaterThan(40);
    },
    HOOK_MS,
  );
});
