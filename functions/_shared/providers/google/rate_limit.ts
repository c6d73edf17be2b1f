/** Spaces the requests of this worker evenly, at most `perSecond` of them a second. */
import { sleep } from "../../platform/sleep.ts";

/** Longer than any queue of ours: the clock has stepped back. */
const MAX_AHEAD_MS = 60_000;

/** Resolves when the next request may be sent, or as soon as `signal` is aborted. */
export type Turn = (signal?: AbortSignal) => Promise<void>;

export function rateLimit(perSecond: number, now: () => number = Date.now, wait = sleep): Turn {
  let next = 0;
  return async (signal) => {
    const time = now();
    if (next < time || next - time > MAX_AHEAD_MS) next = time;
    const ahead = next - time;
    next += 1000 / perSecond;
    if (ahead > 0) await wait(ahead, signal);
  };
}
