/** Counts rejected requests in `inbox.rejections`. Counts are collected first, so that a flood costs a row, not a query each. */
import type { ErrorCode } from "../http/error_codes.ts";
import { log } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";

export interface Rejections {
  /** `size`: of the body in bytes; null when it was too large to be read. */
  count(reason: ErrorCode, request: Request, size: number | null): void;
}

interface Tally {
  count: number;
  /** The latest of the requests, see `redacted`. */
  sample: object;
}

export function openRejections(provider: string, runtime: Runtime): Rejections {
  let tallies = new Map<ErrorCode, Tally>();
  let writing = false;

  async function write(): Promise<void> {
    writing = true;
    while (tallies.size > 0) {
      const batch = tallies;
      tallies = new Map();
      for (const [reason, { count, sample }] of batch) {
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

/** Names and sizes only: the sender is unknown, and the values may hold anything. */
function redacted(request: Request, size: number | null): object {
  return {
    body_bytes: size,
    header_names: [...request.headers.keys()].slice(0, 50).map((name) => name.slice(0, 100)),
    user_agent: request.headers.get("user-agent")?.slice(0, 200) ?? null,
  };
}
