/**
 * Numbers and times in the reader's language. Some systems name one that no library knows (`en-US@posix`): Intl would
 * throw, so it is asked first.
 */

/** The first of these that Intl knows, else English. */
export function knownLocale(names: readonly string[]): string {
  for (const name of names) {
    try {
      if (Intl.DateTimeFormat.supportedLocalesOf(name).length > 0) return name;
    } catch {
      // No language tag.
    }
  }
  return "en";
}

const LOCALE = knownLocale(globalThis.navigator?.languages ?? []);

const number = new Intl.NumberFormat(LOCALE);
const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const date = new Intl.DateTimeFormat(LOCALE, { year: "numeric", month: "short", day: "numeric" });
const day = new Intl.DateTimeFormat(LOCALE, { month: "short", day: "numeric" });

export const formatNumber = (value: number) => number.format(value);

/** `14:03:22` today, `3 Mar 14:03:22` this year, else with the year. */
export function formatTime(at: string | number, now = Date.now()): string {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) return String(at);
  const today = new Date(now);
  if (when.toDateString() === today.toDateString()) return clock.format(when);
  const days = when.getFullYear() === today.getFullYear() ? day : date;
  return `${days.format(when)}, ${clock.format(when)}`;
}

const UNITS: [name: string, ms: number][] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
];

/** `340 ms`, `12.5 s`, `3 min 20 s`, `2 d 4 h`: two units at most. */
export function formatDuration(ms: number): string {
  const whole = Math.abs(ms);
  const sign = ms < 0 ? "−" : "";
  if (whole < 1_000) return `${sign}${Math.round(whole)} ms`;
  if (whole < 60_000) return `${sign}${(whole / 1_000).toFixed(whole < 10_000 ? 1 : 0)} s`;
  const first = UNITS.findIndex(([, size]) => whole >= size);
  const [name, size] = UNITS[first]!;
  const next = UNITS[first + 1];
  const rest = next ? Math.floor((whole % size) / next[1]) : 0;
  return `${sign}${Math.floor(whole / size)} ${name}${rest > 0 ? ` ${rest} ${next![0]}` : ""}`;
}

/** `3 min ago`, `in 2 h`. */
export function formatAgo(at: string, now = Date.now()): string {
  const ms = now - Date.parse(at);
  if (Number.isNaN(ms)) return at;
  if (Math.abs(ms) < 5_000) return "just now";
  const rounded = Math.abs(ms) < 60_000 ? Math.round(Math.abs(ms) / 1_000) * 1_000 : Math.abs(ms);
  const [name, size] = UNITS.find(([, unit]) => rounded >= unit) ?? UNITS[3]!;
  const text = `${Math.floor(rounded / size)} ${name}`;
  return ms >= 0 ? `${text} ago` : `in ${text}`;
}
