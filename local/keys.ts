/**
 * The keys of the embedded Supabase, and the HS256 tokens made with them.
 *
 * They are the same on every machine and at every start, as with `supabase start`, so that an app's
 * configuration outlives a restart. They guard nothing but a server on loopback: never use them elsewhere.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

export interface Keys {
  /** Signs the tokens of users (HS256). */
  jwtSecret: string;
  /** On header `apikey`: role `anon`. */
  publishableKey: string;
  /** On header `apikey`: role `service_role`. */
  secretKey: string;
}

export const DEVELOPMENT_KEYS: Keys = {
  jwtSecret: "signalbox-development-jwt-secret-for-loopback-only",
  publishableKey: "sb_publishable_signalbox-development_lXt5t9mw",
  secretKey: "sb_secret_signalbox-development_CFut17j7",
};

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const signature = (signed: string, secret: string) => createHmac("sha256", secret).update(signed).digest();

/** A token with `claims`, signed HS256. */
export function signJwt(claims: Record<string, unknown>, secret: string): string {
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${signature(signed, secret).toString("base64url")}`;
}

/** The legacy API keys: tokens that name a role and end in ten years. */
export function legacyKeys(jwtSecret: string): { anon: string; serviceRole: string } {
  const issued = Math.floor(Date.UTC(2026, 0, 1) / 1000);
  const token = (role: string) => signJwt({ iss: "supabase", role, iat: issued, exp: issued + 315_360_000 }, jwtSecret);
  return { anon: token("anon"), serviceRole: token("service_role") };
}

/** What the header of a token says, or undefined when it is no token. */
export function jwtAlgorithm(token: string): string | undefined {
  const [header, payload, signed, ...rest] = token.split(".");
  if (!header || !payload || !signed || rest.length > 0) return undefined;
  try {
    const { alg } = JSON.parse(Buffer.from(header, "base64url").toString());
    return typeof alg === "string" ? alg : undefined;
  } catch {
    return undefined;
  }
}

/** Is this HS256 token ours and in its time? */
export function verifyJwt(token: string, secret: string, now = Date.now() / 1000): boolean {
  const [header = "", payload = "", given = ""] = token.split(".");
  const expected = signature(`${header}.${payload}`, secret);
  const actual = Buffer.from(given, "base64url");
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return false;
  try {
    const { exp, nbf } = JSON.parse(Buffer.from(payload, "base64url").toString());
    return (exp === undefined || exp > now) && (nbf === undefined || nbf <= now);
  } catch {
    return false;
  }
}
