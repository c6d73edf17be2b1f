/** A limit for what may never settle: a client of a database that is gone. */

/** As `work` settles; rejects when that takes longer than `ms`, or when `signal` gives up. */
export async function within<Result>(
  ms: number,
  what: string,
  work: PromiseLike<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  signal?.throwIfAborted();
  let end = () => {};
  const over = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} within ${ms} ms`)), ms);
    const abort = () => reject(signal!.reason);
    signal?.addEventListener("abort", abort);
    end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    end();
  }
}
