/**
 * Who calls: an account of Supabase Auth, or a guest. A token is believed only after Auth was asked about it, so that a session which was
 * ended, or an account which was deleted, counts no more than a minute longer; and whoever sends a bad one is told so, and never taken for
 * a guest.
 */

import { Json, text, uuid } from "../facts/json_reader.ts";
import { HttpError } from "../http/http_error.ts";
import { log } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";

export interface Caller {
  /** Null: a guest. */
  userId: string | null;
  /** Of the account, as Auth has it; null for guests and for accounts without one. */
  email: string | null;
}

export type Authenticate = (headers: Headers) => Promise<Caller>;

const GUEST: Caller = { userId: null, email: null };
/** How long Auth is waited for, and how long what it said is good for, in ms. */
const TIMEOUT_MS = 3000;
const KEPT = 60_000;
const MOST_KEPT = 500;

/** Callers by their Authorization header. @throws TurnedAway 401 a token that is none (any more), 503 Auth is away */
export function openAuthenticator({ env, now }: Pick<Runtime, "env" | "now">): Authenticate {
  const known = new Map<string, { until: number; caller: Promise<Caller> }>();

  return async (headers) => {
    const authorization = headers.get("authorization") ?? "";
    if (authorization === "") return GUEST;
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) throw invalid();
    const claims = claimsOf(token);
    // supabase-js sends the project's public key where nobody is signed in. Whoever says to be nobody need not prove it.
    if (token.startsWith("sb_publishable_") || claims.role === "anon") return GUEST;
    const expires = typeof claims.exp === "number" ? claims.exp * 1000 : 0;
    if (expires <= now()) throw invalid();

    const kept = known.get(token);
    if (kept && kept.until > now()) return await kept.caller;
    if (known.size >= MOST_KEPT) known.clear();
    const caller = ask(token);
    known.set(token, { until: Math.min(now() + KEPT, expires), caller });
    // Only what is right is remembered: whoever signs in again, or tries again, should not have to wait.
    caller.catch(() => known.delete(token));
    return await caller;
  };

  async function ask(token: string): Promise<Caller> {
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(`${env("SUPABASE_URL")}/auth/v1/user`, {
        headers: { authorization: `Bearer ${token}`, apikey: publicKey(env) },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      body = await response.json();
    } catch (error) {
      throw away(error);
    }
    // A token that is not right is answered 401 or 403, one whose account is gone 403 or 404.
    if ([400, 401, 403, 404].includes(response.status)) throw invalid();
    const user = new Json(body);
    const id = uuid.read(user.at("id").value);
    if (!response.ok || !id) throw away(`status ${response.status}`);
    return { userId: id, email: user.maybe(text(254), "email") };
  }
}

function publicKey(env: Runtime["env"]): string {
  const keys = JSON.parse(env("SUPABASE_PUBLISHABLE_KEYS") || "{}");
  return keys.default ?? env("SUPABASE_ANON_KEY") ?? "";
}

/** What a token says of itself. Nothing of it is believed but that it is of no use. */
function claimsOf(token: string): { role?: unknown; exp?: unknown } {
  try {
    const payload = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    return Object(JSON.parse(atob(payload)));
  } catch {
    return {};
  }
}

const invalid = () =>
  new HttpError(
    401,
    "session_invalid",
    "The session is not valid (any more). Sign in again, or leave Authorization out to buy as a guest.",
    {
      "www-authenticate": "Bearer",
    },
  );

function away(error: unknown): HttpError {
  log("error", "Auth could not be asked who calls", { error });
  return new HttpError(503, "try_again", "Who is signed in cannot be checked right now. Try again in a moment.", {
    "retry-after": "5",
  });
}
