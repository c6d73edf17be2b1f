/** A timeout that comes, whatever else happens. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { withTimeout } from "../../../functions/_shared/http/with_timeout.ts";
import { timeoutSignal } from "../../../functions/_shared/platform/timeout_signal.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Resolves when `signal` aborts, while what nothing holds is collected. */
async function aborted(signal: AbortSignal): Promise<unknown> {
  const collecting = setInterval(collectGarbage, 5);
  try {
    return await new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason)));
  } finally {
    clearInterval(collecting);
  }
}

test("it comes after its time, also when garbage is collected meanwhile", async () => {
  const never = new AbortController();
  expect(await aborted(timeoutSignal(60, never.signal))).toMatchObject({ name: "TimeoutError" });
  expect(await aborted(timeoutSignal(60))).toMatchObject({ name: "TimeoutError" });
});

test("it comes at once when another signal does", async () => {
  const other = new AbortController();
  const signal = timeoutSignal(600_000, other.signal);
  const reason = aborted(signal);
  other.abort("the end");
  expect(await reason).toBe("the end");
});

test("work that hangs, and ignores its signal, is given up, also when garbage is collected meanwhile", async () => {
  const collecting = setInterval(collectGarbage, 5);
  const work = withTimeout(60, new AbortController().signal, () => new Promise(() => {}));
  await expect(work).rejects.toMatchObject({ code: "no_answer", message: "no answer within 60 ms" });
  clearInterval(collecting);
});
