/**
 * Tells which account calls, or that it is a guest. A token is trusted only once Supabase Auth has confirmed it, at
 * most a minute ago: so a session that was ended or an account that was deleted is refused after a minute. A caller
 * with an invalid token gets an error, and is never treated as a guest.
 */

import { Json, text, uuid } from "../facts/json_reader.ts";
import { bearerToken } from "../http/bearer_token.ts";
import { HttpError } from "../http/http_error.ts";
import { log } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";

export interface Caller {
  /** Null for a guest. */
  userId: string | null;
  /** Of the account, as Auth has it, once it is confirmed. Null for guests, and for accounts without one. */
  email: string | null;
}

/**
 * The caller, by the Authorization header. @throws HttpError 401 session_invalid, 503 try_again when Auth does not
 * answer
 */
export type Authenticate = (headers: Headers) => Promise<Caller>;

const GUEST: Caller = { userId: null, email: null };
/** How long Auth may take to answer, in ms. */
const AUTH_TIMEOUT_MS = 3000;
/** How long an answer of Auth's is used, and for how many tokens. */
const CACHE_TTL_MS = 60_000;
const MAX_CACHED = 500;

/** An `Authenticate` with a cache of its own: one for each worker. */
export function openAuthenticator({ env, now }: Pick<Runtime, "env" | "now">): Authenticate {
  const cache = new Map<string, { expiresAt: number; caller: Promise<Caller> }>();

  return async (headers) => {
    if (!headers.get("authorization")) return GUEST;
    const token = bearerToken(headers);
    if (token === undefined) throw sessionInvalid();
    const claims = claimsOf(token);
    // supabase-js sends the project's public key when nobody is signed in. A caller that claims no account proves
    // nothing.
    if (token.startsWith("sb_publishable_") || claims.role === "anon") return GUEST;
    const tokenExpiresAt = typeof claims.exp === "number" ? claims.exp * 1000 : 0;
    if (tokenExpiresAt <= now()) throw sessionInvalid();

    const cached = cache.get(token);
    if (cached && cached.expiresAt > now()) return await cached.caller;
    if (cache.size >= MAX_CACHED) cache.clear();
    const caller = askAuth(token);
    cache.set(token, { expiresAt: Math.min(now() + CACHE_TTL_MS, tokenExpiresAt), caller });
    // Errors are not cached, so that another try is checked at once.
    caller.catch(() => cache.delete(token));
    return await caller;
  };

  async function askAuth(token: string): Promise<Caller> {
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(`${env("SUPABASE_URL")}/auth/v1/user`, {
        headers: { authorization: `Bearer ${token}`, apikey: publicKey(env) },
        signal: AbortSignal.timeout(AUTH_TIMEOUT_MS),
      });
      body = await response.json();
    } catch (error) {
      throw authAway(error);
    }
    // Auth answers 401 or 403 to an invalid token, 403 or 404 to one whose account was deleted.
    if ([400, 401, 403, 404].includes(response.status)) throw sessionInvalid();
    const user = new Json(body);
    const id = uuid.read(user.at("id").value);
    if (!response.ok || !id) throw authAway(`status ${response.status}`);
    // An address that nobody confirmed may be anybody's.
    const confirmed = user.maybe(text(64), "email_confirmed_at", "confirmed_at") !== null;
    return { userId: id, email: confirmed ? user.maybe(text(254), "email") : null };
  }
}

function publicKey(env: Runtime["env"]): string {
  const keys = JSON.parse(env("SUPABASE_PUBLISHABLE_KEYS") || "{}");
  return keys.default ?? env("SUPABASE_ANON_KEY") ?? "";
}

/** A token's claims, unverified: used only to refuse a token or to treat its caller as a guest. */
function claimsOf(token: string): { role?: unknown; exp?: unknown } {
  try {
    const payload = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    return Object(JSON.parse(atob(payload)));
  } catch {
    return {};
  }
}

function sessionInvalid(): HttpError {
  const message =
    "The session is not valid, or not any more. Sign in again, or leave Authorization out to buy as a guest.";
  return new HttpError(401, "session_invalid", message, { "www-authenticate": "Bearer" });
}

function authAway(error: unknown): HttpError {
  log("error", "Auth could not be asked for an account", { error });
  const message = "The session cannot be checked right now. Try again in a moment.";
  return new HttpError(503, "try_again", message, { "retry-after": "5" });
}
