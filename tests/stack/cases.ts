/** Plays a case of tests/fixtures/cases: its events, as its provider signs them, in their order. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { lettersOf } from "../../simulator/body.ts";
import { aProduct, type Name, post, type TestStack } from "./test_stack.ts";

const FIXTURES = new URL("../fixtures/cases/", import.meta.url);

export interface Played {
  /** The word that stands in its ids. */
  run: string;
  checkout: string | null;
  /** The bodies, in the order of the file. */
  bodies: string[];
  /** What the function answered to each, in the order they were sent. */
  answers: { status: number; body: { id: string; status: string; duplicate: boolean } }[];
}

/** `order`: which of its events, by their places; default all, in their order. */
export async function playCase(testStack: TestStack, name: string, order?: number[]): Promise<Played> {
  const text = readFileSync(new URL(`${name}.json`, FIXTURES), "utf8");
  const { provider, checkout: total } = JSON.parse(text);
  const run = lettersOf(10, randomUUID());
  const checkout = total === undefined ? null : await aCheckout(testStack, total);
  const now = Math.floor(Date.now() / 1000);
  const filled = text
    .replaceAll('"$NOW"', String(now))
    .replaceAll("$ISO", new Date(now * 1000).toISOString())
    .replaceAll("$CHECKOUT", checkout ?? "")
    .replaceAll("$RUN", run);
  const bodies: string[] = JSON.parse(filled).events.map((event: unknown) => JSON.stringify(event));
  const answers: Played["answers"] = [];
  for (const place of order ?? bodies.keys()) {
    const response = await post(testStack, provider as Name, bodies[place]!);
    answers.push({ status: response.status, body: (await response.json()) as Played["answers"][0]["body"] });
  }
  return { run, checkout, bodies, answers };
}

/** A checkout of one item at this price in cents. */
export async function aCheckout(testStack: TestStack, total: number, stock = 10): Promise<string> {
  const sku = await aProduct(testStack, { price: total, stock });
  const [row] = await testStack.sql`
    select commerce.open_checkout('amina.buyer@example.com', ${testStack.sql.json([{ sku, quantity: 1 }])}) as id`;
  return row!.id;
}
