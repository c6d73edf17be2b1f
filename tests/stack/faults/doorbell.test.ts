/** What strangers and repetitions can do to functions/dispatch, and what every answer of every function carries. */
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  // Nobody else rings.
  testStack = await startTestStack({ background: { cron: false, pgNet: false } });
});
afterAll(() => testStack?.stop());

const ring = (body: string) => fetch(`${testStack.stack.functionsUrl}/dispatch`, { method: "POST", body });

async function aBell(): Promise<string> {
  const [row] = await testStack.sql`
    select jsonb_build_object('expires_at', t.at, 'nonce', t.nonce, 'signature',
      outbox.doorbell_signature(t.at, t.nonce))::text as bell
    from (select floor(date_part('epoch', now()))::bigint + 60 as at, gen_random_uuid()::text as nonce) t`;
  return row!.bell;
}

const couriers = async () => Number((await testStack.sql`select count(*)::int as n from outbox.couriers`)[0]!.n);

describe("a bell", () => {
  test("that arrives twenty times at once starts one courier", async () => {
    const before = await couriers();
    const bell = await aBell();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ring(bell)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    await until("a courier", async () => (await couriers()) > before);
    // A second bell is taken after all of these: what they were to start has started.
    await ring(await aBell());
    await until("the courier of another bell", async () => (await couriers()) > before + 1);
    expect(await couriers()).toBe(before + 2);
  });

  test.each([
    ["half a surrogate pair in its nonce", (bell: object) => ({ ...bell, nonce: "\ud800" })],
    ["half a surrogate pair in its signature", (bell: object) => ({ ...bell, signature: "\udc00" })],
    ["a NUL in its nonce", (bell: object) => ({ ...bell, nonce: "a\0b" })],
    [
      "half a surrogate pair beside what is asked for",
      (bell: object) => ({ ...bell, signature: "00", more: "\ud800" }),
    ],
    [
      "a nonce that is longer than ours",
      (bell: { nonce?: string }) => ({ ...bell, nonce: `${bell.nonce}${bell.nonce}` }),
    ],
    [
      "an upper-case signature",
      (bell: { signature?: string }) => ({ ...bell, signature: bell.signature!.toUpperCase() }),
    ],
  ])("with %s is refused, and starts no courier", async (_, spoil) => {
    const before = await couriers();
    const response = await ring(JSON.stringify(spoil(JSON.parse(await aBell()))));
    expect([response.status, (await response.json()).error]).toEqual([401, "bell_not_genuine"]);
    expect(await couriers()).toBe(before);
  });
});

describe("every function", () => {
  const slugs = readdirSync(new URL("../../../functions/", import.meta.url)).filter((name) => name !== "_shared");

  test.each(slugs)("%s tells browsers not to guess the type of any answer", async (slug) => {
    for (const [method, body] of [
      ["GET"],
      ["POST", ""],
      ["POST", "{}"],
      ["POST", '"\\ud800"'],
      ["OPTIONS"],
      ["PUT", "x"],
    ]) {
      const response = await fetch(`${testStack.stack.functionsUrl}/${slug}`, { method, body });
      await response.text();
      expect([method, response.status, response.headers.get("x-content-type-options")]).toEqual([
        method,
        response.status,
        "nosniff",
      ]);
    }
  });
});
