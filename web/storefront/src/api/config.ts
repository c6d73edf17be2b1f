/** Which API these pages are for: config.json beside them. */

export interface Config {
  api_url: string;
  publishable_key: string;
  /** The embedded Supabase, which sends no mail. */
  local: boolean;
  /** Of a Cloudflare Turnstile widget: where functions/checkout has TURNSTILE_SECRET, guests pass its challenge. */
  turnstile_site_key?: string;
  /** Where memberships are sold: the page of a product at Whop, say. */
  membership_url?: string;
}

let loaded: Config | undefined;

/** @throws Error when there is no usable config.json. */
export async function loadConfig(): Promise<void> {
  const response = await fetch(`${import.meta.env.BASE_URL}config.json`);
  if (!response.ok) throw new Error("config.json cannot be read");
  const { api_url, publishable_key, local, ...rest } = (await response.json()) as Partial<Config>;
  if (!api_url || !publishable_key) throw new Error("config.json lacks api_url or publishable_key");
  loaded = { api_url: api_url.replace(/\/+$/, ""), publishable_key, local: local === true, ...rest };
}

export function config(): Config {
  if (!loaded) throw new Error("config.json is not read yet");
  return loaded;
}
