/** Which API this page is for: config.json beside it. */
import { Problem } from "./problem.ts";

export interface Config {
  api_url: string;
  publishable_key: string;
  /** The embedded Supabase. */
  local?: boolean;
  /** Everything may be broken on purpose: npm start says so. */
  breakable?: boolean;
}

let loaded: Config | undefined;

/** @throws Problem when there is no usable config.json. */
export async function loadConfig(): Promise<Config> {
  const url = `${import.meta.env.BASE_URL}config.json`;
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) {
    throw new Problem(
      "away",
      "The console cannot read its config.json.",
      "Start it again (npm start, or npm run console), then reload this page.",
    );
  }
  const found: unknown = await response.json().catch(() => undefined);
  const { api_url, publishable_key, local, breakable } = Object(found) as Partial<Config>;
  if (typeof api_url !== "string" || typeof publishable_key !== "string") {
    throw new Problem(
      "failed",
      "config.json lacks api_url or publishable_key.",
      'It must hold {"api_url": "https://…", "publishable_key": "sb_publishable_…"}.',
    );
  }
  loaded = {
    api_url: api_url.replace(/\/+$/, ""),
    publishable_key,
    local: local === true,
    breakable: breakable === true,
  };
  return loaded;
}

export function config(): Config {
  if (!loaded) throw new Error("config.json is not read yet");
  return loaded;
}
