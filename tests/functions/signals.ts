/** When a call of a provider's API is given up, in tests: for a reason, and not because the machine is busy. */
import { vi } from "vitest";

/** As good as never: a test that waits for it hangs. */
export const patience = (milliseconds = 240_000) => AbortSignal.timeout(milliseconds);

/** Gives up as soon as `condition` holds: when a server that hangs has been asked, say. */
export function givesUpOnce(condition: () => boolean): AbortSignal {
  const caller = new AbortController();
  const timer = setInterval(() => {
    if (!condition()) return;
    clearInterval(timer);
    caller.abort();
  }, 5);
  return caller.signal;
}

/** Gives up once a request has been answered, or could not be made: what comes of that is the end, for there is no second try. */
export function givesUpAfterOneTry(): AbortSignal {
  const caller = new AbortController();
  const { fetch } = globalThis;
  vi.spyOn(globalThis, "fetch").mockImplementation(async (...request) => {
    try {
      const { status, headers, body } = await fetch(...request);
      // Whole before it is given up, so that giving up does not break it off.
      return new Response(body && (await new Response(body).arrayBuffer()), { status, headers });
    } finally {
      setImmediate(() => caller.abort());
    }
  });
  return caller.signal;
}
