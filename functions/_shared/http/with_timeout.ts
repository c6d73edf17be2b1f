import { timeoutSignal } from "../platform/timeout_signal.ts";
import { ApiError } from "./api_client.ts";

/**
 * Runs `work` for at most `milliseconds`, and not beyond the moment `ending` aborts, even if `work` ignores its signal.
 * @throws ApiError no_answer when the time is over.
 */
export async function withTimeout<T>(
  milliseconds: number,
  ending: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = timeoutSignal(milliseconds, ending);
  let giveUp = () => {};
  const timeout = new Promise<never>((_, reject) => {
    giveUp = () => reject(new ApiError("no_answer", `no answer within ${milliseconds} ms`));
    signal.addEventListener("abort", giveUp);
    if (signal.aborted) giveUp();
  });
  try {
    return await Promise.race([work(signal), timeout]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
