/** Who calls is what Auth says, and nobody is taken for a guest who says to be somebody. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openAuthenticator } from "../../../functions/_shared/storefront/authenticate.ts";

const ID = "6f0d2c5e-93a1-4a57-8d2b-1c3f6a2b9e10";
const START = Date.parse("2026-11-21T10:00:00Z");

/** How Auth answers, and what it was asked. */
let auth: { status: number; body: string; hang?: boolean };
let asked: { path: string; authorization?: string; apikey?: string }[];
let now: number;
let url: string;

const server = createServer(({ url: path, headers }, response) => {
  asked.push({ path: path!, authorization: headers.authorization, apikey: String(headers.apikey) });
  if (!auth.hang) response.writeHead(auth.status, { "content-type": "application/json" }).end(auth.body);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  auth = { status: 200, body: JSON.stringify({ id: ID, email: "amina@example.com" }) };
  asked = [];
  now = START;
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

function callers(env: Record<string, string> = { SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_x"}' }) {
  const call = openAuthenticator({ env: (name) => ({ SUPABASE_URL: url, ...env })[name], now: () => now });
  return (authorization?: string) => call(new Headers(authorization === undefined ? {} : { authorization }));
}

function aToken(claims: object = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "HS256" })}.${part({ role: "authenticated", sub: ID, exp: START / 1000 + 3600, ...claims })}.c2lnbmF0dXJl`;
}

const AMINA = { userId: ID, email: "amina@example.com" };
const GUEST = { userId: null, email: null };
const INVALID = { status: 401, code: "session_invalid" };
const LATER = { status: 503, code: "try_again", headers: { "retry-after": "5" } };

describe("a guest", () => {
  test.each([undefined, "", "Bearer sb_publishable_abc", `Bearer ${aToken({ role: "anon", sub: undefined })}`])(
    "is who sends %s, and Auth is not asked",
    async (authorization) => {
      expect(await callers()(authorization)).toEqual(GUEST);
      expect(asked).toEqual([]);
    },
  );
});

describe("an account", () => {
  test("is what Auth says of its token", async () => {
    const token = aToken({ email: "what.the.token.says@example.com" });
    expect(await callers()(`Bearer ${token}`)).toEqual(AMINA);
    expect(asked).toEqual([{ path: "/auth/v1/user", authorization: `Bearer ${token}`, apikey: "sb_publishable_x" }]);
  });

  test("may have no address", async () => {
    auth.body = JSON.stringify({ id: ID, email: "" });
    expect(await callers()(`Bearer ${aToken()}`)).toEqual({ userId: ID, email: null });
  });

  test("is asked about with the older key where there is no newer", async () => {
    await callers({ SUPABASE_ANON_KEY: "the-anon-key" })(`Bearer ${aToken()}`);
    expect(asked).toMatchObject([{ apikey: "the-anon-key" }]);
  });

  test("is asked about once a minute, however many calls there are", async () => {
    const call = callers();
    const token = aToken();
    const all = await Promise.all(Array.from({ length: 20 }, () => call(`Bearer ${token}`)));
    expect(new Set(all.map(({ userId }) => userId))).toEqual(new Set([ID]));
    now += 59_999;
    await call(`Bearer ${token}`);
    expect(asked).toHaveLength(1);
    now += 1;
    await call(`Bearer ${token}`);
    expect(asked).toHaveLength(2);
  });

  test("is nobody any more once its token has expired, though Auth was asked just before", async () => {
    const call = callers();
    const token = aToken({ exp: START / 1000 + 5 });
    await call(`Bearer ${token}`);
    now += 5000;
    await expect(call(`Bearer ${token}`)).rejects.toMatchObject(INVALID);
  });

  test("is not another's: each token is asked about by itself", async () => {
    const call = callers();
    await call(`Bearer ${aToken()}`);
    auth.body = JSON.stringify({ id: ID.replace("6", "7"), email: "other@example.com" });
    expect(await call(`Bearer ${aToken({ session_id: "2" })}`)).toMatchObject({ email: "other@example.com" });
  });
});

describe("a token that is not right", () => {
  test.each([
    ["Basic credentials", "Basic YTpi"],
    ["no token", "Bearer"],
    ["two", "Bearer a b"],
    ["nonsense", "Bearer nonsense"],
    ["a secret key", "Bearer sb_secret_x"],
    ["one that has expired", `Bearer ${aToken({ exp: START / 1000 - 1 })}`],
    ["one without an end", `Bearer ${aToken({ exp: undefined })}`],
  ])("is refused before Auth is asked: %s", async (_, authorization) => {
    await expect(callers()(authorization)).rejects.toMatchObject(INVALID);
    expect(asked).toEqual([]);
  });

  test.each([400, 401, 403, 404])("is what Auth answers %d to", async (status) => {
    auth = { status, body: '{"error_code":"bad_jwt"}' };
    await expect(callers()(`Bearer ${aToken()}`)).rejects.toMatchObject(INVALID);
  });

  test("is asked about again the next time", async () => {
    const call = callers();
    const token = aToken();
    auth.status = 403;
    await expect(call(`Bearer ${token}`)).rejects.toMatchObject(INVALID);
    auth.status = 200;
    expect(await call(`Bearer ${token}`)).toEqual(AMINA);
  });
});

describe("Auth that is away", () => {
  test.each([
    ["answers 500", { status: 500, body: "{}" }],
    ["answers 429", { status: 429, body: "{}" }],
    ["answers no JSON", { status: 200, body: "<html>" }],
    ["answers nobody", { status: 200, body: "{}" }],
    ["hangs", { status: 200, body: "", hang: true }],
  ])("and %s makes nobody a guest: later, please", async (_, answer) => {
    auth = answer;
    await expect(callers()(`Bearer ${aToken()}`)).rejects.toMatchObject(LATER);
  });

  test("and cannot be reached either", async () => {
    await expect(callers({ SUPABASE_URL: "http://127.0.0.1:1" })(`Bearer ${aToken()}`)).rejects.toMatchObject(LATER);
  });
});
