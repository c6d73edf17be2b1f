/** supabase-js, for what an account may read and do: a chunk of its own, which guests never load. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { config } from "./config.ts";
import { SESSION_KEY } from "./session_key.ts";

let client: SupabaseClient | undefined;

export function supabase(): SupabaseClient {
  client ??= createClient(config().api_url, config().publishable_key, { auth: { storageKey: SESSION_KEY } });
  return client;
}
