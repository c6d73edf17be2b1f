/** What differs from run to run in messages made the same: ids, tokens, moments, sequence numbers. */

/** When everything happens, in the page. */
const MOMENT = Date.parse("2026-11-20T10:00:00Z");
/** More than any run takes, and less than what the scenario's own times differ by. */
const STEP_MS = 600_000;

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g;
/** learning.reply_token: made with a key that each database has its own of. */
const TOKEN = /^[0-9a-f]{40}$/;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|\+00:00)/g;

interface Message {
  change: { sequence: number };
}

/**
 * The messages of a run that started at `started`: ids and tokens are numbered as they first appear, moments counted in
 * whole steps from the start, sequence numbers replaced by their rank.
 */
export function steady<Of extends Message>(messages: Of[], started: number): Of[] {
  const ids = new Map<string, string>();
  const tokens = new Map<string, string>();
  const sequences = messages.map(({ change }) => change.sequence).sort((a, b) => a - b);

  function id(real: string): string {
    const known = ids.get(real) ?? `00000000-0000-7000-8000-${String(ids.size + 1).padStart(12, "0")}`;
    ids.set(real, known);
    return known;
  }
  function token(real: string): string {
    const known = tokens.get(real) ?? String(tokens.size + 1).padStart(40, "0");
    tokens.set(real, known);
    return known;
  }
  function time(real: string, zone: string): string {
    const steps = Math.round((Date.parse(real) - started) / STEP_MS);
    const iso = new Date(MOMENT + steps * STEP_MS).toISOString();
    // As the database writes either: messages to the millisecond, rows with an offset.
    return zone === "Z" ? iso : iso.replace(".000Z", zone);
  }
  return messages.map((message) => {
    const same: Of = JSON.parse(JSON.stringify(message), (_, value) =>
      typeof value === "string" ? value.replace(UUID, id).replace(TOKEN, token).replace(TIME, time) : value,
    );
    return { ...same, change: { ...same.change, sequence: sequences.indexOf(message.change.sequence) + 1 } };
  });
}
