/**
 * Waiting in tests: for a condition, and never for a time. The limits are for what hangs, on a machine as busy as can
 * be.
 */
import { vi } from "vitest";
import { until as untilTrue } from "../simulator/until.ts";

const LIMIT_MS = 240_000;

/** Waits until `condition` returns something true, and returns that; fails with `what` when it never does. */
export const until = <T>(what: string, condition: () => Promise<T> | T) => untilTrue(what, condition, LIMIT_MS);

/** Waits until `look` throws no more, and returns what it returns. */
export const untilHolds = <T>(look: () => Promise<T> | T): Promise<T> =>
  vi.waitFor(look, { timeout: LIMIT_MS, interval: 20 }) as Promise<T>;
