import { ApiError } from "./api_client.ts";

/** Lets `work` go on for so many ms, and no longer than until `ending`, whether it heeds its signal or not. @throws ApiError no_answer */
export async function withTimeout<T>(
  milliseconds: number,
  ending: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.any([AbortSignal.timeout(milliseconds), ending]);
  let giveUp = () => {};
  const late = new Promise<never>((_, reject) => {
    giveUp = () => reject(new ApiError("no_answer", `no answer within ${milliseconds} ms`));
    signal.addEventListener("abort", giveUp);
    if (signal.aborted) giveUp();
  });
  try {
    return await Promise.race([work(signal), late]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
