/** Accounts are known by Auth's answer only, and an invalid token never makes its caller a guest. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openAuthenticator } from "../../../functions/_shared/storefront/authenticate.ts";

const ID = "6f0d2c5e-93a1-4a57-8d2b-1c3f6a2b9e10";
const START = Date.parse("2026-11-21T10:00:00Z");

/** Auth's answer, and the requests it got. */
let auth: { status: number; body: string; hang?: boolean };
let requests: { path: string; authorization?: string; apikey?: string }[];
let now: number;
let url: string;

const server = createServer(({ url: path, headers }, response) => {
  requests.push({ path: path!, authorization: headers.authorization, apikey: String(headers.apikey) });
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
  auth = {
    status: 200,
    body: JSON.stringify({
      ...{ id: ID, email: "amina@example.com", email_confirmed_at: "2026-11-20T10:00:00Z" },
    }),
  };
  requests = [];
  now = START;
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

function authenticator(env: Record<string, string> = { SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_x"}' }) {
  const authenticate = openAuthenticator({ env: (name) => ({ SUPABASE_URL: url, ...env })[name], now: () => now });
  return (authorization?: string) => authenticate(new Headers(authorization === undefined ? {} : { authorization }));
}

function makeToken(claims: object = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "HS256" })}.${part({ role: "authenticated", sub: ID, exp: START / 1000 + 3600, ...claims })}.c2lnbmF0dXJl`;
}

const AMINA = { userId: ID, email: "amina@example.com" };
const GUEST = { userId: null, email: null };
const INVALID = { status: 401, code: "session_invalid" };
const TRY_AGAIN = { status: 503, code: "try_again", headers: { "retry-after": "5" } };

describe("a guest", () => {
  test.each([undefined, "", "Bearer sb_publishable_abc", `Bearer ${makeToken({ role: "anon", sub: undefined })}`])(
    "is a caller that sends %s, and Auth is not asked",
    async (authorization) => {
      expect(await authenticator()(authorization)).toEqual(GUEST);
      expect(requests).toEqual([]);
    },
  );
});

describe("an account", () => {
  test("is what Auth answers to its token", async () => {
    const token = makeToken({ email: "from.the.token@example.com" });
    expect(await authenticator()(`Bearer ${token}`)).toEqual(AMINA);
    expect(requests).toEqual([{ path: "/auth/v1/user", authorization: `Bearer ${token}`, apikey: "sb_publishable_x" }]);
  });

  test("may have no e-mail address", async () => {
    auth.body = JSON.stringify({ id: ID, email: "" });
    expect(await authenticator()(`Bearer ${makeToken()}`)).toEqual({ userId: ID, email: null });
  });

  test("has no address until it is confirmed", async () => {
    auth.body = JSON.stringify({ id: ID, email: "amina@example.com", email_confirmed_at: null });
    expect(await authenticator()(`Bearer ${makeToken()}`)).toEqual({ userId: ID, email: null });
    auth.body = JSON.stringify({ id: ID, email: "amina@example.com" });
    expect(await authenticator()(`Bearer ${makeToken({ exp: START / 1000 + 60 })}`)).toEqual({
      userId: ID,
      email: null,
    });
  });

  test("is asked about with the anon key if there is no publishable key", async () => {
    await authenticator({ SUPABASE_ANON_KEY: "the-anon-key" })(`Bearer ${makeToken()}`);
    expect(requests).toMatchObject([{ apikey: "the-anon-key" }]);
  });

  test("is asked about once a minute, however many requests there are", async () => {
    const authenticate = authenticator();
    const token = makeToken();
    const callers = await Promise.all(Array.from({ length: 20 }, () => authenticate(`Bearer ${token}`)));
    expect(new Set(callers.map(({ userId }) => userId))).toEqual(new Set([ID]));
    now += 59_999;
    await authenticate(`Bearer ${token}`);
    expect(requests).toHaveLength(1);
    now += 1;
    await authenticate(`Bearer ${token}`);
    expect(requests).toHaveLength(2);
  });

  test("is refused once its token has expired, though Auth accepted it just before", async () => {
    const authenticate = authenticator();
    const token = makeToken({ exp: START / 1000 + 5 });
    await authenticate(`Bearer ${token}`);
    now += 5000;
    await expect(authenticate(`Bearer ${token}`)).rejects.toMatchObject(INVALID);
  });

  test("is not taken from the cache of another token", async () => {
    const authenticate = authenticator();
    await authenticate(`Bearer ${makeToken()}`);
    auth.body = auth.body.replace("amina@", "other@").replace(ID, ID.replace("6", "7"));
    expect(await authenticate(`Bearer ${makeToken({ session_id: "2" })}`)).toMatchObject({
      email: "other@example.com",
    });
  });
});

describe("an invalid token", () => {
  test.each([
    ["Basic credentials", "Basic YTpi"],
    ["no token", "Bearer"],
    ["two tokens", "Bearer a b"],
    ["nonsense", "Bearer nonsense"],
    ["a secret key", "Bearer sb_secret_x"],
    ["an expired token", `Bearer ${makeToken({ exp: START / 1000 - 1 })}`],
    ["a token without an expiry", `Bearer ${makeToken({ exp: undefined })}`],
  ])("is refused before Auth is asked: %s", async (_, authorization) => {
    await expect(authenticator()(authorization)).rejects.toMatchObject(INVALID);
    expect(requests).toEqual([]);
  });

  test.each([400, 401, 403, 404])("is one that Auth answers with %d", async (status) => {
    auth = { status, body: '{"error_code":"bad_jwt"}' };
    await expect(authenticator()(`Bearer ${makeToken()}`)).rejects.toMatchObject(INVALID);
  });

  test("is not cached: Auth is asked again the next time", async () => {
    const authenticate = authenticator();
    const token = makeToken();
    auth.status = 403;
    await expect(authenticate(`Bearer ${token}`)).rejects.toMatchObject(INVALID);
    auth.status = 200;
    expect(await authenticate(`Bearer ${token}`)).toEqual(AMINA);
  });
});

describe("when Auth fails", () => {
  test.each([
    ["answers 500", { status: 500, body: "{}" }],
    ["answers 429", { status: 429, body: "{}" }],
    ["answers with something that is not JSON", { status: 200, body: "<html>" }],
    ["answers without an account", { status: 200, body: "{}" }],
    ["hangs", { status: 200, body: "", hang: true }],
  ])("because it %s, the caller is asked to try again, and is no guest", async (_, answer) => {
    auth = answer;
    await expect(authenticator()(`Bearer ${makeToken()}`)).rejects.toMatchObject(TRY_AGAIN);
  });

  test("because it cannot be reached, the caller is asked to try again", async () => {
    await expect(authenticator({ SUPABASE_URL: "http://127.0.0.1:1" })(`Bearer ${makeToken()}`)).rejects.toMatchObject(
      TRY_AGAIN,
    );
  });
});
