/**
 * Who is signed in. The stored session is read here, so that the first page needs no Auth client; that is loaded when
 * somebody signs in, or when the access token must be renewed.
 */
import type { AuthClient as Auth } from "@supabase/auth-js";
import { config } from "./config.ts";
import { expired, isUnanswered, signInProblem, unreachable } from "./problem.ts";

const STORAGE_KEY = "signalbox-console";
/** A token that ends sooner is renewed first. */
const MARGIN_S = 60;

type AuthClient = InstanceType<typeof Auth>;

let client: Promise<AuthClient> | undefined;
const listeners = new Set<() => void>();

function auth(): Promise<AuthClient> {
  client ??= import("@supabase/auth-js").then(
    ({ AuthClient: Client }) =>
      new Client({
        url: `${config().api_url}/auth/v1`,
        headers: { apikey: config().publishable_key, authorization: `Bearer ${config().publishable_key}` },
        storageKey: STORAGE_KEY,
        // Renewed when a call needs it: a timer sleeps with the computer, and wakes up with a token that has ended.
        autoRefreshToken: false,
        detectSessionInUrl: false,
      }),
  );
  return client;
}

interface Stored {
  access_token: string;
  expires_at: number;
}

function stored(): Stored | undefined {
  try {
    const found = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "null") as Partial<Stored> | null;
    return typeof found?.access_token === "string" && typeof found.expires_at === "number"
      ? (found as Stored)
      : undefined;
  } catch {
    return undefined;
  }
}

export const isSignedIn = () => stored() !== undefined;

/** Told after signing in and out, here or in another tab. @returns what ends it. */
export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  const elsewhere = (event: StorageEvent) => event.key === STORAGE_KEY && listener();
  addEventListener("storage", elsewhere);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", elsewhere);
  };
}

function tell(): void {
  for (const listener of listeners) listener();
}

/**
 * A token that is good for the next call. `renew`: the API refused the last one.
 * @throws Problem `expired` when nobody is signed in any more, `away` when Auth does not answer.
 */
export async function accessToken(renew = false): Promise<string> {
  const found = stored();
  if (!found) throw expired();
  if (!renew && found.expires_at - MARGIN_S > Date.now() / 1000) return found.access_token;
  const { data, error } = await (await auth()).refreshSession();
  if (data.session) return data.session.access_token;
  // Not refused but unanswered: the session may still be good.
  if (error && isUnanswered(error)) throw unreachable(config().api_url);
  forget();
  throw expired();
}

/** @throws Problem that says why not. */
export async function signIn(email: string, password: string): Promise<void> {
  const { error } = await (await auth()).signInWithPassword({ email, password });
  if (!error) return tell();
  throw signInProblem(error, config().api_url);
}

/** The stored session is gone in any case; Auth is told if it can be reached. */
export async function signOut(): Promise<void> {
  await (await auth()).signOut({ scope: "local" }).catch(() => {});
  forget();
}

function forget(): void {
  localStorage.removeItem(STORAGE_KEY);
  tell();
}
