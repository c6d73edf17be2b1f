/**
 * Access tokens of Google: by a refresh token (an account with Gmail), or by a service account that acts for a user
 * (Workspace, domain-wide delegation). developers.google.com/identity/protocols/oauth2
 */
import { fromBase64, toBase64, utf8 } from "../../crypto/signature.ts";
import { Json, text } from "../../facts/json_reader.ts";
import { ApiError, openApi } from "../../http/api_client.ts";
import type { Environment } from "../../platform/environment.ts";
import { reasonOf } from "./errors.ts";

/** Google's token endpoint, unless GOOGLE_TOKEN_URL says otherwise. */
export const TOKEN_URL = "https://oauth2.googleapis.com/token";

export const CALENDAR_SCOPE = "https://www.googleapis.com/auth/calendar.events";
export const MEET_SCOPE = "https://www.googleapis.com/auth/meetings.space.created";

/** Refreshed so long before Google ends it, in ms. */
const MARGIN_MS = 60_000;
/** How long the text that a service account signs is good, in s; an hour is the most that Google takes. */
const ASSERTION_SECONDS = 3600;
const TIMEOUT_MS = 5000;

export type Credentials =
  | { kind: "service_account"; email: string; key: string; user: string }
  | { kind: "refresh_token"; clientId: string; clientSecret: string; refreshToken: string };

export interface AccessToken {
  value: string;
  /** By this worker's clock, in ms: not to be used after it. */
  until: number;
  /** When Google ends the consent itself, in ms; null: not by itself. An OAuth app in testing has 7 days. */
  consentEndsAt: number | null;
}

/** The service account's, where both are set. @throws ApiError unauthorized when neither is. */
export function credentialsFrom(env: Environment): Credentials {
  const [email, key, user] = [
    env("GOOGLE_SERVICE_ACCOUNT_EMAIL"),
    env("GOOGLE_SERVICE_ACCOUNT_PRIVATE_KEY"),
    env("GOOGLE_IMPERSONATED_USER"),
  ];
  if (email || key) {
    const missing = [
      email ? [] : "GOOGLE_SERVICE_ACCOUNT_EMAIL",
      key ? [] : "GOOGLE_SERVICE_ACCOUNT_PRIVATE_KEY",
      user ? [] : "GOOGLE_IMPERSONATED_USER",
    ].flat();
    if (email && key && user) return { kind: "service_account", email, key, user };
    throw new ApiError(
      "unauthorized",
      `Google cannot be asked: of the service account, ${missing.join(" and ")} is not set. It invites people and ` +
        "makes Meet links only for a user that it acts for (domain-wide delegation).",
      { issue: "not_set" },
    );
  }
  const names = ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "GOOGLE_REFRESH_TOKEN"];
  const [clientId, clientSecret, refreshToken] = names.map((name) => env(name));
  if (clientId && clientSecret && refreshToken) return { kind: "refresh_token", clientId, clientSecret, refreshToken };
  const missing = names.filter((name) => !env(name));
  throw new ApiError(
    "unauthorized",
    `Google cannot be asked: ${missing.join(", ")} not set. npm run google-login makes the refresh token; a service ` +
      "account (Workspace) is set instead of it.",
    { issue: "not_set" },
  );
}

/** Asks for a token. @throws ApiError; `details.issue` is Google's word, such as invalid_grant. */
export async function fetchToken(
  tokenUrl: string,
  credentials: Credentials,
  scope: string,
  now: number = Date.now(),
): Promise<AccessToken> {
  const form: Record<string, string> =
    credentials.kind === "service_account"
      ? {
          grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
          assertion: await signAssertion(credentials, tokenUrl, scope, now),
        }
      : {
          grant_type: "refresh_token",
          client_id: credentials.clientId,
          client_secret: credentials.clientSecret,
          refresh_token: credentials.refreshToken,
        };
  return await requestToken(tokenUrl, form, now);
}

/** Posts a form to the token endpoint. For `npm run google-login` too, whose answer has a refresh token as well. */
export async function requestToken(
  tokenUrl: string,
  form: Record<string, string>,
  now: number = Date.now(),
): Promise<AccessToken & { refreshToken: string | null; scopes: string[] }> {
  const api = openApi({
    name: "google",
    base: tokenUrl,
    timeout: TIMEOUT_MS,
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  try {
    // A code can be exchanged once; the others are asked for as often as it takes.
    const idempotent = form.grant_type !== "authorization_code";
    const { json } = await api.post("", { body: new URLSearchParams(form).toString(), idempotent });
    const answer = new Json(json);
    const seconds = (name: string) => {
      const { value } = answer.at(name);
      return typeof value === "number" && value > 0 ? value : null;
    };
    const ends = seconds("refresh_token_expires_in");
    return {
      value: answer.get(text(10_000), "access_token"),
      until: now + Math.max(0, (seconds("expires_in") ?? 0) * 1000 - MARGIN_MS),
      consentEndsAt: ends === null ? null : now + ends * 1000,
      refreshToken: answer.maybe(text(10_000), "refresh_token"),
      scopes: (answer.maybe(text(10_000), "scope") ?? "").split(" ").filter(Boolean),
    };
  } catch (error) {
    if (!(error instanceof ApiError))
      throw new ApiError("unexpected_answer", `google: the token endpoint answered: ${(error as Error).message}`);
    const issue = reasonOf(error);
    // invalid_grant and its like are 400 or 401: Google will not say anything else later.
    const code = error.code === "refused" ? "unauthorized" : error.code;
    throw new ApiError(code, error.message, { ...error.details, ...(issue !== null && { issue }) });
  }
}

const base64Url = (bytes: Uint8Array) => toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const asPart = (value: object) => base64Url(utf8(JSON.stringify(value)));

/** The JWT with which a service account asks for a token (RS256). @throws ApiError when the key cannot be used. */
async function signAssertion(
  { email, key, user }: Credentials & { kind: "service_account" },
  tokenUrl: string,
  scope: string,
  now: number,
): Promise<string> {
  const seconds = Math.floor(now / 1000);
  const claims = { iss: email, sub: user, scope, aud: tokenUrl, iat: seconds, exp: seconds + ASSERTION_SECONDS };
  const signed = `${asPart({ alg: "RS256", typ: "JWT" })}.${asPart(claims)}`;
  const signature = await crypto.subtle.sign("RSASSA-PKCS1-v1_5", await importKey(key), utf8(signed));
  return `${signed}.${base64Url(new Uint8Array(signature))}`;
}

async function importKey(pem: string): Promise<CryptoKey> {
  const wrong = (how: string) =>
    new ApiError(
      "unauthorized",
      `GOOGLE_SERVICE_ACCOUNT_PRIVATE_KEY cannot be used: ${how}. Copy "private_key" from the key's JSON file: it ` +
        "begins with -----BEGIN PRIVATE KEY-----, and its line ends may be written as \\n.",
      { issue: "key_unusable" },
    );
  const [, body] =
    /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/.exec(pem.replaceAll("\\n", "\n")) ?? [];
  if (!body) throw wrong("it is no PEM of a private key (PKCS #8)");
  const bytes = fromBase64(body.replace(/\s+/g, ""));
  if (!bytes) throw wrong("it is not base64");
  try {
    return await crypto.subtle.importKey("pkcs8", bytes, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, [
      "sign",
    ]);
  } catch {
    throw wrong("it is no RSA key");
  }
}
