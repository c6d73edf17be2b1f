/** Access tokens of Google: how they are asked for, against the stand-in over real HTTP. */
import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ApiError } from "../../../../functions/_shared/http/api_client.ts";
import {
  CALENDAR_SCOPE,
  type Credentials,
  credentialsFrom,
  fetchToken,
  MEET_SCOPE,
} from "../../../../functions/_shared/providers/google/token.ts";
import { createGoogle, type GoogleStandIn } from "../../../../local/providers/google.ts";
import { type Mounted, mounted } from "../../mounted.ts";

let google: GoogleStandIn;
let server: Mounted;
let url: string;
beforeAll(async () => {
  google = createGoogle();
  server = await mounted({ google });
  url = `${server.url}/token`;
});
beforeEach(() => {
  google.asked.length = 0;
  google.serviceAccounts.clear();
  google.scopes = [CALENDAR_SCOPE, MEET_SCOPE];
  google.consentSeconds = null;
});
afterAll(() => server.stop());

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const REFRESH: Credentials = {
  kind: "refresh_token",
  clientId: "client",
  clientSecret: "secret",
  refreshToken: "1//x",
};
const ACCOUNT = { kind: "service_account", email: "hub@p.iam.gserviceaccount.com", user: "rita@example.com" } as const;

const failure = (work: Promise<unknown>): Promise<ApiError> =>
  work.then(
    () => Promise.reject(new Error("it did not fail")),
    (error) => (error instanceof ApiError ? error : Promise.reject(error)),
  );

describe("by a refresh token", () => {
  test("the form that Google documents, and a token until a minute before its end", async () => {
    const now = Date.now();
    const token = await fetchToken(url, REFRESH, CALENDAR_SCOPE, now);
    expect(token).toMatchObject({
      value: expect.stringMatching(/^ya29\./),
      until: now + 3_539_000,
      consentEndsAt: null,
    });
    expect(Object.fromEntries(new URLSearchParams(google.asked[0]!.body))).toEqual({
      grant_type: "refresh_token",
      client_id: "client",
      client_secret: "secret",
      refresh_token: "1//x",
    });
    expect(google.asked[0]!.headers.get("content-type")).toBe("application/x-www-form-urlencoded");
  });
  test("of an app in testing: when the consent ends is known", async () => {
    google.consentSeconds = 604_800;
    const now = Date.now();
    expect((await fetchToken(url, REFRESH, CALENDAR_SCOPE, now)).consentEndsAt).toBe(now + 604_800_000);
  });
  test("that was revoked: invalid_grant, asked once, and no secret in the error", async () => {
    const other = createGoogle();
    other.revoke();
    const otherServer = await mounted({ google: other });
    const error = await failure(fetchToken(`${otherServer.url}/token`, REFRESH, CALENDAR_SCOPE));
    await otherServer.stop();
    expect(error).toMatchObject({ code: "unauthorized", details: { status: 400, issue: "invalid_grant" } });
    expect(other.asked).toHaveLength(1);
    expect(error.message).not.toMatch(/1\/\/x|secret/);
  });
  test.each(["not json", "wrong shape"] as const)("an answer that is %s may pass", async (kind) => {
    google.fail({ kind, path: "/token", times: kind === "not json" ? 3 : 1 });
    const error = await failure(fetchToken(url, REFRESH, CALENDAR_SCOPE));
    expect(error.temporary).toBe(true);
  });
});

describe("by a service account", () => {
  test("a signature that the account's public key verifies, for the user and one scope", async () => {
    google.serviceAccounts.set(ACCOUNT.email, publicKey);
    const token = await fetchToken(url, { ...ACCOUNT, key: privateKey }, CALENDAR_SCOPE);
    expect(token.value).toMatch(/^ya29\./);
    const jwt = new URLSearchParams(google.asked[0]!.body).get("assertion")!;
    const [header, claims] = jwt.split(".").map((part) => Buffer.from(part, "base64url").toString());
    expect(JSON.parse(header!)).toEqual({ alg: "RS256", typ: "JWT" });
    const seconds = expect.any(Number);
    expect(JSON.parse(claims!)).toEqual({
      ...{ iss: ACCOUNT.email, sub: ACCOUNT.user, scope: CALENDAR_SCOPE, aud: url, iat: seconds, exp: seconds },
    });
  });
  test("a key with its line ends written as \\n is the same key", async () => {
    google.serviceAccounts.set(ACCOUNT.email, publicKey);
    const key = privateKey.replaceAll("\n", "\\n");
    expect((await fetchToken(url, { ...ACCOUNT, key }, CALENDAR_SCOPE)).value).toMatch(/^ya29\./);
  });
  test("another account's key is refused by Google", async () => {
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "pem" });
    google.serviceAccounts.set(ACCOUNT.email, other as string);
    const error = await failure(fetchToken(url, { ...ACCOUNT, key: privateKey }, CALENDAR_SCOPE));
    expect(error.details.issue).toBe("invalid_grant");
  });
  test("a scope that was not delegated is refused by Google", async () => {
    google.scopes = [CALENDAR_SCOPE];
    const error = await failure(fetchToken(url, { ...ACCOUNT, key: privateKey }, MEET_SCOPE));
    expect(error.details.issue).toBe("unauthorized_client");
  });
  test.each([
    ["nothing like a key", "development"],
    ["a PKCS #1 key", privateKey.replaceAll("PRIVATE KEY", "RSA PRIVATE KEY")],
    ["a broken one", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"],
  ])("%s: says which variable, and repeats no part of it", async (_, key) => {
    const error = await failure(fetchToken(url, { ...ACCOUNT, key }, CALENDAR_SCOPE));
    expect(error).toMatchObject({ code: "unauthorized", details: { issue: "key_unusable" } });
    expect(error.message).toContain("GOOGLE_SERVICE_ACCOUNT_PRIVATE_KEY");
    expect(error.message).not.toContain("MIIE");
  });
});

describe("the credentials", () => {
  const from = (variables: Record<string, string>) => () => credentialsFrom((name) => variables[name]);
  const oauth = { GOOGLE_CLIENT_ID: "c", GOOGLE_CLIENT_SECRET: "s", GOOGLE_REFRESH_TOKEN: "r" };
  const account = { GOOGLE_SERVICE_ACCOUNT_EMAIL: "e", GOOGLE_SERVICE_ACCOUNT_PRIVATE_KEY: "k" };
  test("a service account is used where it is set", () => {
    expect(from({ ...oauth, ...account, GOOGLE_IMPERSONATED_USER: "u" })().kind).toBe("service_account");
    expect(from(oauth)().kind).toBe("refresh_token");
  });
  test("what is missing is named", () => {
    expect(from({})).toThrow("GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, GOOGLE_REFRESH_TOKEN not set");
    expect(from({ ...oauth, GOOGLE_REFRESH_TOKEN: "" })).toThrow("google-login");
    expect(from({ ...oauth, ...account })).toThrow("GOOGLE_IMPERSONATED_USER is not set");
  });
});
