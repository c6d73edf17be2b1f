/** Catalog updates from the Railway backend: signature, envelope and facts. */
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../../functions/_shared/crypto/signature.ts";
import { checked, type Fact } from "../../../../functions/_shared/facts/facts.ts";
import type { Database } from "../../../../functions/_shared/platform/database.ts";
import { railway } from "../../../../functions/_shared/providers/railway/webhook.ts";
import { railwayEvent, railwayHeaders, railwayTypes } from "../../../../simulator/providers/railway.ts";
import { anyBytes, damaged, headerText, oneByteAltered } from "../../arbitraries.ts";

const SECRET = "whsec_RVhBTVBMRXJhaWx3YXlTZWNyZXROb3RSZWFsMQ==";
const OTHER = "whsec_RVhBTVBMRXJvbGxlZFNlY3JldE5vdFJlYWwwMDI=";
const NOW = 1_795_168_805_000;
const BODY = railwayEvent("catalog.updated");
const HEADERS = railwayHeaders(BODY, SECRET, NOW);

interface Request {
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  now?: number;
  secret?: string;
}

async function codeOf({ headers = HEADERS, body = BODY, now = NOW, secret = SECRET }: Request): Promise<string> {
  const env = (name: string) => (name === "RAILWAY_WEBHOOK_SECRET" ? secret : undefined);
  const verdict = await railway.verify({ headers: new Headers(headers), body: utf8(body), now, env });
  return verdict.authentic ? verdict.trust : `${verdict.refusal.code}${verdict.refusal.retryLater ? ", later" : ""}`;
}

describe("verify", () => {
  test("accepts a request that the official library signs", async () => {
    const headers = {
      "webhook-id": "upd_1",
      "webhook-timestamp": String(NOW / 1000),
      "webhook-signature": new Webhook(SECRET).sign("upd_1", new Date(NOW), BODY),
    };
    expect(await codeOf({ headers })).toBe("signed");
  });

  test.each<[string, Request]>([
    ["signed", { secret: `${OTHER} ${SECRET}` }],
    ["signed", { secret: `${SECRET} ${OTHER}` }],
    ["signature_wrong", { secret: OTHER }],
    ["signature_wrong", { body: BODY.replace("2450", "1") }],
    ["signature_wrong", { headers: { ...HEADERS, "webhook-id": "upd_other" } }],
    ["signature_missing", { headers: {} }],
    ["signature_malformed", { headers: { ...HEADERS, "webhook-signature": "v1" } }],
    ["timestamp_too_old", { now: NOW + 301_000 }],
    ["timestamp_in_future", { now: NOW - 301_000 }],
    ["secret_not_configured, later", { secret: "" }],
    ["secret_not_usable, later", { secret: "whsec_not base64!" }],
  ])("%s: %j", async (code, request) => expect(await codeOf(request)).toBe(code));

  test("rejects a changed body, and never throws for any headers", async () => {
    await fc.assert(
      fc.asyncProperty(oneByteAltered(utf8(BODY)), async (body) => {
        expect(await codeOf({ body })).toBe("signature_wrong");
      }),
    );
    await fc.assert(
      fc.asyncProperty(headerText, headerText, anyBytes, async (id, signature, body) => {
        const headers = { ...HEADERS, "webhook-id": id, "webhook-signature": signature };
        expect(await codeOf({ headers, body })).toMatch(/^signature_(wrong|malformed)$/);
      }),
    );
  });
});

const AT = "2026-11-20T10:00:00.000Z";
const updateOf = (...products: unknown[]) => ({ type: "catalog.updated", timestamp: AT, data: { products } });
const headersOf = (id = "upd_1") => new Headers({ "webhook-id": id, "webhook-timestamp": "1795168805" });
const factsOf = (event: unknown): Fact[] => checked(railway.translate(event, railway.read(event, headersOf())));
const common = { occurred_at: AT, provider_ref: "mug", sku: "mug" };

describe("read", () => {
  test("returns the id of the request, which is signed", () => {
    expect(railway.read(updateOf({ sku: "mug" }), headersOf("upd_7"))).toEqual({
      id: "upd_7",
      type: "catalog.updated",
      occurredAt: AT,
      subject: "mug",
    });
  });
  test("uses the time of the signature without a timestamp, and no subject for several products", () => {
    const { occurredAt, subject } = railway.read(
      { ...updateOf({ sku: "mug" }, { sku: "cup" }), timestamp: undefined },
      headersOf(),
    );
    expect([occurredAt, subject]).toEqual(["2026-11-20T10:00:05.000Z", null]);
  });
});

describe("translate", () => {
  test("returns a complete product with its stock", () => {
    const [product] = JSON.parse(BODY).data.products;
    expect(factsOf(updateOf({ ...product, sku: "mug" }))).toEqual([
      {
        type: "product.set",
        ...common,
        version: 2,
        name: "Enamel mug",
        description: "Holds 0.4 l.",
        price_minor: 2450,
        currency: "EUR",
        active: true,
      },
      { type: "stock.set", ...common, version: 2, stock: 40 },
    ]);
  });
  test("omits fields that are absent or null", () => {
    expect(factsOf(updateOf({ sku: "mug", version: 3, name: "Mug", price_minor: null, active: null }))).toEqual([
      { type: "product.set", ...common, version: 3, name: "Mug" },
    ]);
  });
  test("deletes the description when it is null or empty", () => {
    for (const description of [null, ""]) {
      expect(factsOf(updateOf({ sku: "mug", version: 3, description }))).toEqual([
        { type: "product.set", ...common, version: 3, description: null },
      ]);
    }
  });
  test("returns a stock of 0 and active false", () => {
    expect(factsOf(updateOf({ sku: "mug", version: 3, active: false, stock: 0, stock_version: 1 }))).toEqual([
      { type: "product.set", ...common, version: 3, active: false },
      { type: "stock.set", ...common, version: 1, stock: 0 },
    ]);
  });
  test("returns a stock movement with its own id", () => {
    expect(factsOf(updateOf({ sku: "mug", stock_change: -3, id: "d_1", reason: "broken" }))).toEqual([
      { type: "stock.moved", ...common, provider_ref: "d_1", change: -3, reason: "broken" },
    ]);
  });
  test("returns no fact for a SKU alone, which requests the current state", () =>
    expect(factsOf(updateOf({ sku: "mug", version: 9 }))).toEqual([]));
  test("returns no fact for another type", () =>
    expect(factsOf({ ...updateOf({ sku: "mug", name: 1 }), type: "order.packed" })).toEqual([]));

  test.each<[RegExp, object]>([
    [/^catalog\.updated: data\.products\.0\.sku: expected an id .*, found nothing$/, { version: 1, name: "Mug" }],
    [
      /data\.products\.0\.version: expected a whole number from 1 to 1000000000000000, found nothing/,
      { sku: "mug", name: "Mug" },
    ],
    [/data\.products\.0\.version: .* found 0$/, { sku: "mug", version: 0, name: "Mug" }],
    [/data\.products\.0\.version: .* found 1\.5$/, { sku: "mug", version: 1.5, name: "Mug" }],
    [
      /data\.products\.0\.price_minor: expected a whole amount of minor units, 0 or more, found -1/,
      { sku: "mug", version: 1, price_minor: -1, currency: "EUR" },
    ],
    [
      /data\.products\.0\.price_minor: .* found "24.50"/,
      { sku: "mug", version: 1, price_minor: "24.50", currency: "EUR" },
    ],
    [/data\.products\.0\.currency: .* found nothing/, { sku: "mug", version: 1, price_minor: 100 }],
    [/data\.products\.0\.currency: .* found "euros"/, { sku: "mug", version: 1, price_minor: 100, currency: "euros" }],
    [/data\.products\.0\.price_minor: .* found nothing/, { sku: "mug", version: 1, currency: "EUR" }],
    [/data\.products\.0\.active: expected true or false, found "yes"/, { sku: "mug", version: 1, active: "yes" }],
    [
      /data\.products\.0\.stock: expected a whole number from 0 to 1000000000, found -1/,
      { sku: "mug", stock: -1, stock_version: 1 },
    ],
    [/data\.products\.0\.stock_version: .* found nothing/, { sku: "mug", stock: 5, version: 7 }],
    [/data\.products\.0\.stock_change: .*, but not 0, found 0/, { sku: "mug", stock_change: 0, id: "d_1" }],
    [/data\.products\.0\.id: .* found nothing/, { sku: "mug", stock_change: 1 }],
    [
      /data\.products\.0\.stock_change: expected either stock or stock_change, found 1/,
      { sku: "mug", stock: 5, stock_version: 2, stock_change: 1, id: "d" },
    ],
  ])("throws an error that names the invalid field: %s", (message, product) =>
    expect(() => factsOf(updateOf(product))).toThrow(message),
  );
  test("throws an error that names the position in the list", () => {
    expect(() =>
      factsOf(updateOf({ sku: "cup", version: 1, name: "Cup" }, { sku: "mug", version: "1", name: "Mug" })),
    ).toThrow(/data\.products\.1\.version/);
  });
  test("throws an error that names a missing list", () =>
    expect(() => factsOf({ ...updateOf(), data: {} })).toThrow(/data\.products: expected a list, found nothing/));

  test("throws or returns facts about products and stock only, for any damaged event", () => {
    const samples = [
      ...railwayTypes.map((type) => JSON.parse(railwayEvent(type))),
      updateOf({ sku: "a" }, { sku: "b", stock: 1, stock_version: 1 }),
    ];
    fc.assert(
      fc.property(damaged(samples), (event) => {
        try {
          railway.refuses(event);
          for (const { type } of factsOf(event)) expect(type).toMatch(/^(product\.set|stock\.set|stock\.moved)$/);
        } catch (error) {
          expect((error as Error).message).toMatch(/: expected .*, found/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test("refuses more than 500 products and says how to send them", () => {
  const updateWith = (count: number) => updateOf(...Array.from({ length: count }, (_, i) => ({ sku: `sku-${i}` })));
  expect(railway.refuses(updateWith(500))).toBeNull();
  expect(railway.refuses(updateWith(501))).toEqual({
    code: "too_many_products",
    detail: "There are 501 products. Send at most 500 per request.",
  });
});

test("answers with the state of the products with a valid SKU, and with the error of an update", async () => {
  const queried: unknown[] = [];
  const database = {
    query: async (_: string, values: unknown[]) => {
      queried.push(values);
      return [{ products: [{ sku: "mug" }] }];
    },
  } as unknown as Database;
  const receipt = { id: "1", status: "failed", duplicate: false, error: "why" } as const;
  expect(
    await railway.answer(updateOf({ sku: "mug" }, 7, { sku: 7 }, { sku: "cup", name: {} }), receipt, database),
  ).toEqual({
    error: "why",
    products: [{ sku: "mug" }],
  });
  expect(queried).toEqual([[["mug", "cup"]]]);
  expect(await railway.answer(null, { ...receipt, error: null }, database)).toEqual({ products: [{ sku: "mug" }] });
});

test("is the only provider whose events set products or move stock", async () => {
  const folder = new URL("../../../../functions/_shared/providers/", import.meta.url);
  const sources = (await readdir(folder, { recursive: true })).filter(
    (file) =>
      file.endsWith(".ts") &&
      /"(product\.set|stock\.set|stock\.moved)"/.test(readFileSync(new URL(file, folder), "utf8")),
  );
  expect(sources).toEqual(["railway/webhook.ts"]);
});
