/** Waits for a condition; fails with `what` when it does not come true. */
export async function until<T>(
  what: string,
  condition: () => Promise<T> | T,
  timeoutMs = 120_000,
): Promise<Exclude<T, false | null | undefined | 0 | "">> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value as never;
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
