/**
 * Who a caller is: an API key or an HS256 token becomes claims.
 * A token needs exp and role, as at hosted. Held by tests/local/realtime.test.ts.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

export interface Keys {
  /** Signs users' tokens (HS256). */
  jwtSecret: string;
  /** sb_publishable_…: role anon. */
  publishableKey: string;
  /** sb_secret_…: role service_role. */
  secretKey: string;
}

export interface Claims {
  role: string;
  exp: number;
  sub?: string;
  [name: string]: unknown;
}

/** Why something was refused: `code` is the word Realtime puts before the message. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  /** What a client is told when its join is refused. */
  get reason(): string {
    return `${this.code}: ${this.message}`;
  }
}

const MALFORMED = () => new Refusal("MalformedJWT", "The token provided is not a valid JWT");

/** Hosted turns an API key into a token of its role; ours ends with the century, so that it never does. */
const keyClaims = (role: string): Claims => ({ iss: "supabase", role, exp: Date.UTC(2100, 0, 1) / 1000 });

function parse(part: string | undefined): Record<string, unknown> {
  try {
    const value = JSON.parse(Buffer.from(part ?? "", "base64url").toString());
    if (value && typeof value === "object" && !Array.isArray(value)) return value;
  } catch {
    // Not JSON: malformed, as below.
  }
  throw MALFORMED();
}

function signedBy(token: string, secret: string): boolean {
  const dot = token.lastIndexOf(".");
  const expected = createHmac("sha256", secret).update(token.slice(0, dot)).digest();
  const given = Buffer.from(token.slice(dot + 1), "base64url");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * The claims of an API key or a token.
 * @throws Refusal when it is neither, or not ours, or over.
 */
export function readToken(token: string, keys: Keys, now = Date.now() / 1000): Claims {
  if (token === keys.publishableKey) return keyClaims("anon");
  if (token === keys.secretKey) return keyClaims("service_role");

  const parts = token.split(".");
  if (parts.length !== 3) throw MALFORMED();
  const header = parse(parts[0]);
  const claims = parse(parts[1]);
  if (header.alg !== "HS256") {
    throw new Refusal("JwtSignerError", "Failed to generate JWT signer, check your JWT secret or JWKS configuration");
  }
  if (!signedBy(token, keys.jwtSecret)) throw new Refusal("JwtSignatureError", "Failed to validate JWT signature");
  const { role, exp } = claims;
  if (typeof role !== "string" || typeof exp !== "number") {
    throw new Refusal("InvalidJWTToken", "Fields `role` and `exp` are required in JWT");
  }
  if (exp <= now) throw new Refusal("InvalidJWTToken", `Token has expired ${Math.floor(now - exp)} seconds ago`);
  return { ...claims, role, exp };
}
