/** Counts what is turned away into `inbox.rejections`: gathered first, so that a flood costs a row, not a query each. */
import { log } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";

export interface Rejections {
  count(reason: string, request: Request, size: number | null): void;
}

interface Tally {
  count: number;
  sample: object;
}

export function openRejections(provider: string, runtime: Runtime): Rejections {
  let tallies = new Map<string, Tally>();
  let writing = false;

  async function write(): Promise<void> {
    writing = true;
    while (tallies.size > 0) {
      const now = tallies;
      tallies = new Map();
      for (const [reason, { count, sample }] of now) {
        await runtime.database
          .query("select inbox.reject($1, $2, $3::int, $4::text::jsonb)", [provider, reason, count, sample])
          .catch((error) => log("warn", "rejections were not counted", { provider, reason, count, error }));
      }
    }
    writing = false;
  }

  return {
    count(reason, request, size) {
      const tally = tallies.get(reason) ?? { count: 0, sample: {} };
      tally.count++;
      tally.sample = redacted(request, size);
      tallies.set(reason, tally);
      if (!writing) runtime.defer(write());
    },
  };
}

/** Names and sizes only: whoever sent it is a stranger, and what he sent may hold anything. */
function redacted(request: Request, size: number | null): object {
  return {
    body_bytes: size,
    header_names: [...request.headers.keys()].slice(0, 50).map((name) => name.slice(0, 100)),
    user_agent: request.headers.get("user-agent")?.slice(0, 200) ?? null,
  };
}
