/** Turnstile, against a server in Cloudflare's place. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { requireChallenge } from "../../../functions/_shared/storefront/challenge.ts";

interface Verdict {
  status?: number;
  body: object | string;
}

let server: Server;
let base: string;
let verdict: (asked: Record<string, string>) => Verdict;
const asked: { path: string; body: Record<string, string> }[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text);
    asked.push({ path: `${request.method} ${request.url}`, body });
    const { status = 200, body: answer } = verdict(body);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await once(server, "close");
});
beforeEach(() => {
  asked.length = 0;
  verdict = () => ({ body: { success: true } });
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

const ending = new AbortController().signal;
const ask = (
  {
    token = "a-token",
    address = "192.0.2.1",
    idempotencyKey = "key-1",
  }: Partial<Parameters<typeof requireChallenge>[1]>,
  env: Record<string, string> = { TURNSTILE_SECRET: "the-secret", TURNSTILE_BASE_URL: base },
) => requireChallenge((name) => env[name], { token, address, idempotencyKey }, ending);
const says = (...errors: string[]) => {
  verdict = () => ({ body: { success: false, "error-codes": errors } });
};

test("without a secret it is off: nobody is asked", async () => {
  await ask({ token: null }, { TURNSTILE_BASE_URL: base });
  await ask({ token: null }, { TURNSTILE_BASE_URL: base, TURNSTILE_SECRET: "" });
  expect(asked).toEqual([]);
});

test("Cloudflare is asked with the secret, the token and the caller's address", async () => {
  await ask({});
  expect(asked).toEqual([
    {
      path: "POST /turnstile/v0/siteverify",
      body: {
        secret: "the-secret",
        response: "a-token",
        remoteip: "192.0.2.1",
        idempotency_key: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
      },
    },
  ]);
});

test("the same request sent again is verified under the same key, another with the same token under another", async () => {
  await ask({});
  await ask({});
  await ask({ idempotencyKey: "key-2" });
  const [first, again, other] = asked.map(({ body }) => body.idempotency_key);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

describe("a guest is refused", () => {
  test.each([
    ["without a token", null],
    ["with an empty one", ""],
    ["with one that is longer than any of Turnstile's", "x".repeat(2049)],
  ])("%s, and Cloudflare is not asked", async (_, token) => {
    await expect(ask({ token })).rejects.toMatchObject({ status: 403, code: "challenge_failed" });
    expect(asked).toEqual([]);
  });

  test.each(["invalid-input-response", "timeout-or-duplicate", "bad-request"])("on %s", async (word) => {
    says(word);
    await expect(ask({})).rejects.toMatchObject({
      status: 403,
      code: "challenge_failed",
      message: expect.stringMatching(/reset the widget/),
    });
  });

  test("when Cloudflare says so with a status of 400", async () => {
    verdict = () => ({ status: 400, body: { success: false, "error-codes": ["invalid-input-response"] } });
    await expect(ask({})).rejects.toMatchObject({ status: 403, code: "challenge_failed" });
  });
});

describe("fails closed, and says why", () => {
  test.each<[string, Verdict]>([
    ["is down", { status: 500, body: "away" }],
    ["has an internal error", { body: { success: false, "error-codes": ["internal-error"] } }],
    ["answers something else", { body: { ok: true } }],
    ["answers a page", { body: "<html>" }],
    ["forbids the call", { status: 403, body: "<html>" }],
  ])("when Cloudflare %s", async (_, answer) => {
    verdict = () => answer;
    await expect(ask({})).rejects.toMatchObject({
      status: 503,
      code: "challenge_unavailable",
      headers: { "retry-after": "5" },
    });
  });

  test("when Cloudflare cannot be reached", async () => {
    const env = { TURNSTILE_SECRET: "the-secret", TURNSTILE_BASE_URL: "http://127.0.0.1:1" };
    await expect(ask({}, env)).rejects.toMatchObject({ status: 503, code: "challenge_unavailable" });
  });

  test.each(["invalid-input-secret", "missing-input-secret"])("when the secret is wrong (%s)", async (word) => {
    says(word);
    await expect(ask({})).rejects.toMatchObject({
      status: 503,
      code: "not_configured",
      message: expect.stringMatching(/TURNSTILE_SECRET/),
    });
  });
});
