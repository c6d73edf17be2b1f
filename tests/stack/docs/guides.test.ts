/**
 * Our pages (docs/, README.md and the READMEs of folders), taken at their word: what they name is there, and the guides
 * that extend Signalbox are walked on a copy of the project. (docs/guides/add_a_provider.md has a test of its own, and
 * so have the guides for apps and receivers.)
 */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile, symlink } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import type { SupabaseClient } from "@supabase/supabase-js";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TSC } from "../../../scripts/check/index.ts";
import { ROOT } from "../../../scripts/schema/schema.ts";
import { pays, postCheckout, sends } from "../storefront.ts";
import { aBuyer, startTestStack, type TestStack, until } from "../test_stack.ts";
import { apply, blocksOf, copyProject, type Project } from "./guide.ts";

/** For hooks that start a stack: a machine that is busy with other tests takes its time. */
const HOOK_MS = 600_000;

const GUIDES = (await readdir(path.join(ROOT, "docs/guides"))).filter((name) => name.endsWith(".md"));
const labels = (await Promise.all(GUIDES.map(blocksOf))).flatMap((blocks) => Object.keys(blocks));

/** Every file of ours, by its path in the project. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(path.join(ROOT, folder), { withFileTypes: true });
  const below = entries
    .filter(({ name }) => name !== "node_modules" && name !== ".git")
    .map((entry) => {
      const file = path.join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(file) : [file];
    });
  return (await Promise.all(below)).flat();
}

describe("the pages", async () => {
  const files = await filesBelow(".");
  const folders = new Set(files.flatMap((file) => file.split("/").map((_, i, parts) => parts.slice(0, i).join("/"))));
  const pages = files.filter((file) => file.endsWith(".md"));
  const texts = new Map(
    await Promise.all(pages.map(async (page) => [page, await readFile(path.join(ROOT, page), "utf8")] as const)),
  );
  const { scripts } = JSON.parse(await readFile(path.join(ROOT, "package.json"), "utf8"));

  const prose = (text: string) => text.replaceAll(/^```.*?^```/gms, "");
  /** `code` in a page's prose. */
  const spans = (page: string) => [...prose(texts.get(page)!).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
  /** What a guide makes up, or stands for many. */
  const madeUp = (name: string) => /acme|licenses?\b|[<*…$]/.test(name) || labels.includes(name);
  const ROOTS = /^(\.ci|\.github|bench|docs|functions|local|scripts|simulator|sql|supabase|tests)\//;

  function isThere(named: string, page: string): boolean {
    const name = /^\.\.?\//.test(named) ? path.join(path.dirname(page), named) : named;
    if (name.endsWith("/")) return folders.has(name.slice(0, -1));
    return folders.has(name) || files.some((file) => file === name || file.endsWith(`/${name}`));
  }

  test.each(pages)("%s names only files and folders that are there", (page) => {
    const named = spans(page).filter((code) => ROOTS.test(code) || /^[\w./-]+\.(ts|sql|md|svg|toml)$/.test(code));
    expect(named.filter((name) => !/\s/.test(name) && !madeUp(name) && !isThere(name, page))).toEqual([]);
  });

  /** As GitHub makes them of headings. */
  function anchorsOf(page: string): string[] {
    const seen = new Map<string, number>();
    return [...prose(texts.get(page)!).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => {
      const slug = heading!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(/\s/g, "-");
      const times = seen.get(slug) ?? 0;
      seen.set(slug, times + 1);
      return times === 0 ? slug : `${slug}-${times}`;
    });
  }

  test.each(pages)("%s links only to what is there", (page) => {
    const links = [...prose(texts.get(page)!).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
    const broken = links.filter((link) => {
      if (/^https:/.test(link)) return false;
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? page : path.join(path.dirname(page), file);
      if (!existsSync(path.join(ROOT, target))) return true;
      return anchor !== undefined && texts.has(target) && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test.each(pages)("%s names only commands that package.json has", (page) => {
    const named = [...texts.get(page)!.matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test("they name only functions, tables and views that sql/ makes", async () => {
    const sql = files.filter((file) => /^sql\/.*\.sql$/.test(file));
    const made = new Set(["public.product_kind"]);
    for (const text of await Promise.all(sql.map((file) => readFile(path.join(ROOT, file), "utf8"))))
      for (const [, name] of text.matchAll(/^create (?:table|view|function|type|sequence) ([a-z]+\.\w+)/gm))
        made.add(name!);
    const ours =
      /(?<![\w/.])((?:inbox|outbox|commerce|learning|tutoring|community|ops|public)\.[a-z_][a-z_0-9]*)\b(?!\*)/g;
    const missing = pages
      .filter((page) => page.startsWith("docs/") || page === "README.md")
      .flatMap((page) => spans(page).flatMap((code) => [...code.matchAll(ours)].map(([, name]) => `${page}: ${name}`)))
      .filter((one) => !madeUp(one) && !made.has(one.split(": ")[1]!));
    expect(missing).toEqual([]);
  });

  test("README.md has at most 120 lines", () => {
    expect(texts.get("README.md")!.split("\n").length - 1).toBeLessThanOrEqual(120);
  });
});

describe("the guides, applied to a copy of the project", () => {
  let project: Project;
  let testStack: TestStack;
  /** What came to the guide's receivers. */
  const arrived: { path: string; headers: Record<string, string>; body: string }[] = [];
  let server: Server;

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const headers = request.headers as Record<string, string>;
      arrived.push({ path: request.url!, headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(204).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    project = await copyProject(["web/storefront/src"]);
    for (const guide of ["add_a_kind_of_product.md", "add_a_destination.md"]) {
      const blocks = await blocksOf(guide);
      const applied = Object.keys(blocks).filter((file) => /^(functions|sql|web)\/[^#]+$/.test(file));
      await apply(project, guide, applied);
    }
    await project.migrateFromSql();
    const env = (await blocksOf("add_a_destination.md"))[".env"]!;
    testStack = await startTestStack({
      project: project.folder,
      env: {
        WAREHOUSE_SIGNING_SECRET: /^WAREHOUSE_SIGNING_SECRET=(\S+)$/m.exec(env)![1]!,
        WAREHOUSE_WEBHOOK_URL: `${url}/warehouse`,
        ACCOUNTING_SIGNING_SECRET: "a-key-of-accounting",
        ACCOUNTING_WEBHOOK_URL: `${url}/accounting`,
        CHAT_WEBHOOK_URL: `${url}/chat`,
      },
    });
    const { "warehouse.sql": warehouse, "adapters.sql": adapters } = await blocksOf("add_a_destination.md");
    await testStack.sql.unsafe(warehouse!);
    await testStack.sql.unsafe(adapters!);
    await testStack.sql.unsafe((await blocksOf("add_a_kind_of_product.md"))["on_sale.sql"]!);
  }, HOOK_MS);
  afterAll(async () => {
    await testStack?.stop();
    await project?.remove();
    server?.close();
  });

  /** Buys an e-book at Stripe, and pays for it: with an account, or as a guest of this address. */
  async function buysAnEbook(
    buyer: Awaited<ReturnType<typeof aBuyer>> | string,
  ): Promise<{ order: string; payment: string }> {
    const purchase = { provider: "stripe", items: [{ sku: "e-book", quantity: 1 }] };
    const response =
      typeof buyer === "string"
        ? await postCheckout(testStack, { ...purchase, email: buyer })
        : await postCheckout(testStack, purchase, {
            bearer: (await buyer.client.auth.getSession()).data.session!.access_token,
          });
    const bought = await response.json();
    expect([response.status, bought]).toMatchObject([201, { total_minor: 1900 }]);
    await sends(testStack, "stripe", await pays(testStack, "stripe", bought, "captured"));
    const [order] = await testStack.sql`
      select id, payment_id, status from public.orders where checkout_session_id = ${bought.checkout_session_id}`;
    expect(order).toMatchObject({ status: "confirmed" });
    return { order: order!.id, payment: order!.payment_id };
  }

  /** The guide adds the table, so the generated types do not have it. */
  const keysOf = async ({ client }: { client: SupabaseClient }) =>
    (await client.from("licenses").select("key").throwOnError()).data;
  const licensesOf = (order: string) => testStack.sql`
    select l.* from public.licenses l join public.order_items i on i.id = l.order_item_id where i.order_id = ${order}`;
  const toldMake = (type: string, id: string) =>
    until(`make.com to get ${type}`, () =>
      testStack.receiver.received.find((one) => one.path === "/make" && one.type === type && one.body.includes(id)),
    );
  const inconsistencies = async () =>
    [...(await testStack.sql`select what from ops.inconsistencies`)].map(({ what }) => what);

  describe("add_a_kind_of_product.md", () => {
    test("sells a thing of the new kind: the buyer has it, sees it, and make.com gets its message", async () => {
      const [buyer, stranger] = [await aBuyer(testStack), await aBuyer(testStack)];
      const { order } = await buysAnEbook(buyer);
      const [license, ...more] = await licensesOf(order);
      expect(license).toMatchObject({
        status: "active",
        email: buyer.email,
        key: expect.stringMatching(/^[0-9a-f]{32}$/),
      });
      expect(more).toEqual([]);
      const message = await toldMake("license.issued", license!.id);
      expect(JSON.parse(message.body).data).toMatchObject({ email: buyer.email, key: license!.key });

      expect(await keysOf(buyer)).toEqual([{ key: license!.key }]);
      expect(await keysOf(stranger)).toEqual([]);
      expect(await inconsistencies()).toEqual([]);
    });

    test("gives it to a guest's account, who signs up later", async () => {
      const email = `guest-${crypto.randomUUID()}@example.com`;
      const { order } = await buysAnEbook(email);
      const [license] = await licensesOf(order);
      expect(license).toMatchObject({ status: "active", email, user_id: null });

      expect(await keysOf(await aBuyer(testStack, email))).toEqual([{ key: license!.key }]);
      expect(await inconsistencies()).toEqual([]);
    });

    test("refuses two of them in one checkout", async () => {
      const purchase = {
        provider: "stripe",
        items: [{ sku: "e-book", quantity: 2 }],
        email: "amina.buyer@example.com",
      };
      const response = await postCheckout(testStack, purchase);
      expect([response.status, await response.json()]).toMatchObject([400, { error: "quantity_invalid" }]);
    });

    test("takes it back after a full refund, and gives it again when that refund fails", async () => {
      const { order, payment } = await buysAnEbook(await aBuyer(testStack));
      await testStack.sql`select commerce.request_refund(${payment})`;
      const status = async () => (await licensesOf(order))[0]!.status;
      await until("the license to be revoked", async () => (await status()) === "revoked");
      const { id } = (await licensesOf(order))[0]!;
      await toldMake("license.changed", id);

      await testStack.sql`update public.refunds set status = 'failed' where payment_id = ${payment}`;
      await testStack.sql`select commerce.refresh_payment(${payment})`;
      expect(await status()).toBe("active");
      expect(await inconsistencies()).toEqual([]);
    });

    test("the audit finds one that was bought and not issued, and its remedy mends that", async () => {
      const { order } = await buysAnEbook(await aBuyer(testStack));
      const [license] = await licensesOf(order);
      await testStack.sql`delete from public.licenses where id = ${license!.id}`;
      const [found] = await testStack.sql`select what, remedy from ops.inconsistencies`;
      expect(found!.what).toBe("license bought and not issued");
      await testStack.sql.unsafe(found!.remedy);
      expect(await inconsistencies()).toEqual([]);
    });
  });

  describe("add_a_destination.md", () => {
    /** The request at one of the guide's receivers about an order. */
    const about = (receiver: string, words: string) =>
      until(`${receiver} to get it`, () =>
        arrived.find((one) => one.path === `/${receiver}` && one.body.includes(words)),
      );

    test("a row and two secrets: the order's message arrives, signed", async () => {
      const { order } = await buysAnEbook(await aBuyer(testStack));
      const { headers, body } = await about("warehouse", order);
      const message = new Webhook(testStack.env.WAREHOUSE_SIGNING_SECRET!).verify(body, headers);
      expect(message).toMatchObject({ type: "order.created", data: { id: order, items: [{ sku: "e-book" }] } });
    });

    test("an adapter authenticates in its own way", async () => {
      const { order } = await buysAnEbook(await aBuyer(testStack));
      const { headers } = await about("accounting", order);
      expect(headers.authorization).toBe("Bearer a-key-of-accounting");
      expect(headers["idempotency-key"]).toMatch(/^msg_[0-9a-f-]{36}$/);
    });

    test("a job does the work itself", async () => {
      const buyer = await aBuyer(testStack);
      await buysAnEbook(buyer);
      const { body } = await about("chat", buyer.email);
      expect(JSON.parse(body).text).toMatch(new RegExp(`^Order \\d+ of ${buyer.email}$`));
    });
  });
});

test(
  "the TypeScript of all guides fits the interfaces that they fill in",
  async () => {
    const project = await copyProject(["local", "simulator", "scripts", "tests/functions", "tests/fixtures"]);
    try {
      await symlink(path.join(ROOT, "node_modules"), path.join(project.folder, "node_modules"));
      for (const guide of [...GUIDES, "../../clients/web/README.md"]) {
        const blocks = await blocksOf(guide);
        const code = Object.keys(blocks).filter((file) => /^(functions\/_shared|local|tests)\/[^#]+\.ts$/.test(file));
        // The registry's entry is a line of a list: sixth_provider.test.ts puts it there.
        await apply(
          project,
          guide,
          code.filter((file) => !file.endsWith("/registry.ts")),
        );
        for (const [file, text] of Object.entries(blocks)) {
          if (/^\w+\.ts$/.test(file)) await project.write(`guides/${path.basename(guide, ".md")}/${file}`, text);
          if (/^tests\/.*\.ts#payments$/.test(file)) await project.write(`${file.replace(".ts#", "_")}.ts`, text);
        }
      }
      const include = ["functions/_shared", "guides", "local/providers", "tests/functions/conformance/samples"];
      const paths = { "signalbox-web": [path.join(ROOT, "clients/web/src/index.ts")] };
      const config = { extends: path.join(ROOT, "tsconfig.json"), compilerOptions: { paths }, include };
      await project.write("tsconfig.json", JSON.stringify(config));
      const { stdout } = await promisify(execFile)(TSC, ["-p", project.folder]).catch((error) => error);
      expect(stdout).toBe("");
    } finally {
      await project.remove();
    }
  },
  HOOK_MS,
);
