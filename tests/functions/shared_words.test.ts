/** Words that TypeScript and SQL both have, where the one would fail at night if the other had another. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { fact } from "../../functions/_shared/facts/facts.ts";
import { ADAPTERS } from "../../functions/_shared/outbound/adapter_registry.ts";
import { PAYMENT_KINDS } from "../../functions/_shared/providers/payment_gateway.ts";
import { PROVIDERS } from "../../functions/_shared/providers/registry.ts";

const SQL_FOLDER = fileURLToPath(new URL("../../sql", import.meta.url));

/** All of sql/, whatever its files are called. */
const sql = readdirSync(SQL_FOLDER, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".sql"))
  .map((file) => readFileSync(path.join(SQL_FOLDER, file), "utf8"))
  .join("\n");

function found(pattern: RegExp): string {
  const [, text] = pattern.exec(sql) ?? [];
  if (text === undefined) throw new Error(`sql/ has nothing like ${pattern}`);
  return text;
}

const quoted = (text: string) => [...text.matchAll(/'([^']*)'/g)].map(([, word]) => word!);

/** The rows of every `insert into <table> (columns) values …` in sql/: each value as it is written there. */
function inserted(table: string): Record<string, string>[] {
  const inserts = [...sql.matchAll(new RegExp(`insert into ${table} \\(([^)]*)\\) values([^;]*);`, "g"))];
  return inserts.flatMap(([, columns, values]) => {
    const names = columns!.split(",").map((name) => name.trim());
    return [...values!.matchAll(/\(((?:'(?:[^']|'')*'|[^()'])*)\)/g)].map(([, row]) => {
      const cells = row!.match(/'(?:[^']|'')*'|[^,'\s][^,']*/g)!;
      return Object.fromEntries(names.map((name, i) => [name, cells[i]!.trim().replace(/^'|'$/g, "")]));
    });
  });
}

// Of the schemas' types tsc would compare each with each, which takes it seconds.
const options = fact.options as unknown as { shape: { type: { value: string } } }[];
const types = options.map(({ shape }) => shape.type.value).sort();

describe("facts", () => {
  test("each type has a rule in inbox.apply_fact, and each rule is for a type", () => {
    const switchboard = found(/create function inbox\.apply_fact\([^$]*\$\$(.*?)\$\$/s);
    const rules = [...switchboard.matchAll(/when ((?:'[^']*'(?:,\s*)?)+) then/g)];
    expect(rules.flatMap(([, words]) => quoted(words!)).sort()).toEqual(types);
  });

  test("each of a payment's life is named for a status that a payment can have", () => {
    const life = quoted(found(/when ((?:'[^']*'(?:,\s*)?)+) then\s+perform commerce\.apply_payment\(/));
    expect(life).toContain("payment.captured");
    const statuses = quoted(found(/create type public\.payment_status as enum \(([^)]*)\)/));
    for (const type of life) expect(statuses).toContain(type.replace(/^payment\./, ""));
  });
});

test("what a gateway begins is of a kind that public.started_payments can hold", () => {
  const kinds = quoted(found(/create table public\.started_payments \(.*?check \(kind in \(([^)]*)\)\)/s));
  expect([...PAYMENT_KINDS].sort()).toEqual(kinds.sort());
});

describe("providers", () => {
  const rows = inserted("inbox.providers");

  test("those of the registry have their row in inbox.providers, and no other has", () => {
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(PROVIDERS).sort());
  });

  test("those with a history are reconciled, and no other is", () => {
    const reconciled = rows.filter(({ reconcile }) => reconcile !== "false").map(({ name }) => name);
    expect(reconciled.sort()).toEqual(
      Object.keys(PROVIDERS)
        .filter((name) => PROVIDERS[name]!.history)
        .sort(),
    );
  });

  test.each([
    ["refunds can refund", "can_refund", "refundPayment"],
    ["cancels can cancel", "can_cancel", "cancelPayment"],
  ] as const)("those whose gateway %s, and no other can", async (_, column, method) => {
    const able: string[] = [];
    for (const [name, { gateway }] of Object.entries(PROVIDERS)) {
      if ((await gateway?.())?.[method]) able.push(name);
    }
    expect(rows.filter((row) => row[column] === "true").map(({ name }) => name)).toEqual(able);
  });
});

describe("destinations", () => {
  const rows = inserted("outbox.destinations");

  test("what only tells may be replayed to, and what does work of our own may not", async () => {
    for (const { name, adapter, replayable } of rows) {
      expect([name, replayable]).toEqual([name, String("headers" in (await ADAPTERS[adapter!]!()))]);
    }
  });

  test("every one that we come with has an adapter", () => {
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(["make", "paypal", "reconciler"]));
    for (const { name, adapter } of rows)
      expect([name, Object.keys(ADAPTERS)]).toEqual([name, expect.arrayContaining([adapter])]);
  });
});
