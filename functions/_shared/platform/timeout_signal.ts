/**
 * A signal that aborts after `milliseconds`, or when one of `others` does. As AbortSignal.any with AbortSignal.timeout;
 * but Node 20 drops a timeout that nobody listens to, and then it never comes (nodejs/node#57736).
 */
export function timeoutSignal(milliseconds: number, ...others: AbortSignal[]): AbortSignal {
  const timeout = AbortSignal.timeout(milliseconds);
  timeout.addEventListener("abort", () => {});
  return others.length === 0 ? timeout : AbortSignal.any([timeout, ...others]);
}
