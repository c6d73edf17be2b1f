/**
 * AbortSignal.any, whose signal holds what it was made of: Node 20 drops a timeout that nothing else holds, and then it
 * never comes (nodejs/node#57736). A listener would hold it, too, but Deno then waits for it at the end.
 */

const sources = new WeakMap<AbortSignal, AbortSignal[]>();

export function anySignal(...signals: AbortSignal[]): AbortSignal {
  const any = AbortSignal.any(signals);
  sources.set(any, signals);
  return any;
}

/** A signal that aborts after `milliseconds` (TimeoutError), or when one of `others` does. */
export const timeoutSignal = (milliseconds: number, ...others: AbortSignal[]): AbortSignal =>
  anySignal(AbortSignal.timeout(milliseconds), ...others);
