/** Signals for calls of a provider's API. A call is aborted for a reason, and not because the machine is busy. */
import { vi } from "vitest";

/** Default: longer than any test that does not hang. */
export const timeout = (milliseconds = 240_000) => AbortSignal.timeout(milliseconds);

/** Aborts as soon as `condition` holds: for example, when a server that hangs has received the request. */
export function abortOnce(condition: () => boolean): AbortSignal {
  const caller = new AbortController();
  const timer = setInterval(() => {
    if (!condition()) return;
    clearInterval(timer);
    caller.abort();
  }, 5);
  return caller.signal;
}

/**
 * Aborts after the first response, or the first failure to get one: its error is the call's, because there is no second
 * try.
 */
export function abortAfterOneTry(): AbortSignal {
  const caller = new AbortController();
  const { fetch } = globalThis;
  vi.spyOn(globalThis, "fetch").mockImplementation(async (...request) => {
    try {
      const { status, headers, body } = await fetch(...request);
      // Read to its end first, so that the abort does not interrupt it.
      return new Response(body && (await new Response(body).arrayBuffer()), { status, headers });
    } finally {
      setImmediate(() => caller.abort());
    }
  });
  return caller.signal;
}
