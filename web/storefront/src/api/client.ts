/** supabase-js, for what an account may read and do: a chunk of its own, which guests never load. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { config } from "./config.ts";
import { SESSION_KEY } from "./session_key.ts";

let client: SupabaseClient | undefined;

/** A request without an answer fails after so long: the page says so, and tries again. */
const ANSWER_TIMEOUT_MS = 20_000;

const fetchInTime: typeof fetch = (input, init) =>
  fetch(input, { ...init, signal: init?.signal ?? AbortSignal.timeout(ANSWER_TIMEOUT_MS) });

export function supabase(): SupabaseClient {
  client ??= createClient(config().api_url, config().publishable_key, {
    auth: { storageKey: SESSION_KEY },
    global: { fetch: fetchInTime },
  });
  return client;
}
