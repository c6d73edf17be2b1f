/** A closed loop: so many callers, each of which makes its next call when its last one is answered. */

export interface Measured {
  calls: number;
  seconds: number;
  /** Of every call, in ms. */
  latencies: number[];
}

/**
 * Runs `calls` with at most `callers` under way. @throws what a call throws: a benchmark has no failures to average
 * over.
 */
export async function closedLoop(callers: number, calls: (() => Promise<void>)[]): Promise<Measured> {
  const latencies: number[] = [];
  let next = 0;
  async function caller(): Promise<void> {
    while (next < calls.length) {
      const call = calls[next++]!;
      const from = performance.now();
      await call();
      latencies.push(performance.now() - from);
    }
  }
  const from = performance.now();
  const callersDone = Array.from({ length: callers }, caller);
  try {
    await Promise.all(callersDone);
  } catch (error) {
    // No caller goes on while connections are closed.
    next = calls.length;
    await Promise.allSettled(callersDone);
    throw error;
  }
  return { calls: calls.length, seconds: (performance.now() - from) / 1000, latencies };
}
