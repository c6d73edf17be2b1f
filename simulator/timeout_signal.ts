/**
 * A signal that aborts after `ms`, or when `stop` does. The timeout is listened to, for Node 20 drops one that nobody
 * listens to (nodejs/node#57736).
 */
export function timeoutSignal(ms: number, stop?: AbortSignal): AbortSignal {
  const late = AbortSignal.timeout(ms);
  late.addEventListener("abort", () => {});
  return stop ? AbortSignal.any([late, stop]) : late;
}
