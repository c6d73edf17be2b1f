/** A list's filters, as they stand in the address and as `console.list` takes them. */

export const FILTERS = ["provider", "type", "status", "destination", "code", "since", "until", "text"] as const;
export type FilterName = (typeof FILTERS)[number];

/** In the address. `payload` holds `path.to.key=value` pairs, a line each. */
export type Search = Partial<Record<FilterName | "payload", string>>;

/** Keeps what is a filter; everything else in an address is left out. */
export function readSearch(given: Record<string, unknown>): Search {
  const search: Search = {};
  for (const name of [...FILTERS, "payload"] as const) {
    const value = given[name];
    if ((typeof value === "string" || typeof value === "number") && String(value).trim() !== "")
      search[name] = String(value).trim();
  }
  return search;
}

const UNIT_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30m`, `24h`, `7d` before now, to the minute, or a time as the browser's field writes it, as ISO time. */
function timeOf(text: string, now: number): string {
  const ago = /^(\d+)([mhd])$/.exec(text);
  if (ago) return new Date(Math.floor((now - Number(ago[1]) * UNIT_MS[ago[2]!]!) / 60_000) * 60_000).toISOString();
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? text : at.toISOString();
}

/** `a.b=1` lines as an object. A value may hold `=`. */
export function readPayload(text: string): Record<string, string> {
  const pairs = text
    .split(/[\n;]/)
    .map((line) => line.trim())
    .filter((line) => line.includes("="))
    .map((line) => [line.slice(0, line.indexOf("=")).trim(), line.slice(line.indexOf("=") + 1).trim()] as const);
  return Object.fromEntries(pairs.filter(([key]) => key !== ""));
}

/** What `console.list` and `console.count` take. */
export function toFilters(search: Search, now = Date.now()): Record<string, unknown> {
  const filters: Record<string, unknown> = {};
  for (const name of FILTERS) {
    const value = search[name];
    if (value !== undefined) filters[name] = name === "since" || name === "until" ? timeOf(value, now) : value;
  }
  const payload = readPayload(search.payload ?? "");
  if (Object.keys(payload).length > 0) filters.payload = payload;
  return filters;
}
