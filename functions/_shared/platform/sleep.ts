/** Resolves after `milliseconds`, or as soon as `ending` aborts. Never rejects. */
export function sleep(milliseconds: number, ending?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ending?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      ending?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    ending?.addEventListener("abort", done);
  });
}
