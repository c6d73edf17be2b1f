/** What comes after the buyer has paid: see docs/guides/storefront.md. */
import type { Session, SupabaseClient } from "@supabase/supabase-js";

/** What functions/payment-status answers. */
export interface PaymentStatus {
  state: "processing" | "paid" | "in_review" | "failed" | "cancelled" | "expired" | "unpaid" | "refunded";
  /** Words to display. */
  show: { title: string; text: string };
  /** Null: the state is final. */
  ask_again_in_ms: number | null;
  total_minor: number;
  /** ISO 4217. */
  currency: string;
  /** Why it failed. */
  failure: string | null;
  order: { number: number; status: string; total_minor: number; currency: string } | null;
}

export interface WaitOptions {
  /** `https://<ref>.supabase.co/functions/v1` */
  functionsUrl: string;
  /** `token` of the checkout's answer. Not needed for a checkout of the account that is signed in to `supabase`. */
  token?: string | null;
  /** Where somebody is signed in: Realtime then tells of the order. With `token`, a promise is not waited for. */
  supabase?: SupabaseClient | PromiseLike<SupabaseClient>;
  /** Each answer, to display. */
  status?(status: PaymentStatus): void;
  /** How long is waited (ms). Default: 15 minutes. Infinity: for as long as the state is not final. */
  timeoutMs?: number;
  /** Ends the wait: the promise rejects with its reason. */
  signal?: AbortSignal;
}

/** There is no such checkout, or it is somebody else's. `code` is one of docs/errors.md. */
export class PaymentRefused extends Error {
  override readonly name = "PaymentRefused";
  constructor(
    readonly code: string,
    message: string,
    /** A sentence to display. */
    readonly buyerMessage: string,
  ) {
    super(message);
  }
}

/** The state is not final, and the time is over. The order may still be made. */
export class PaymentTimeout extends Error {
  override readonly name = "PaymentTimeout";
  constructor(
    /** The last that was heard. */
    readonly status: PaymentStatus | null,
  ) {
    super(`The payment is ${status?.state ?? "unknown"} after the time that was to be waited`);
  }
}

const BACKOFF_MS = [2000, 4000, 8000, 15_000, 30_000];
const ANSWER_TIMEOUT_MS = 20_000;

/**
 * Asks for the status of a checkout until it is final: `paid`, `failed`, `cancelled`, `expired` or `refunded`. A
 * function or network that is away is asked again, ever less often.
 * @throws PaymentRefused, PaymentTimeout, or the signal's reason.
 */
export async function waitForPayment(checkoutSessionId: string, options: WaitOptions): Promise<PaymentStatus> {
  const { signal, supabase, timeoutMs = 900_000 } = options;
  signal?.throwIfAborted();
  const over = new AbortController();
  const giveUp = () => over.abort(signal?.reason);
  signal?.addEventListener("abort", giveUp);
  let last: PaymentStatus | null = null;
  const timer =
    timeoutMs < 2 ** 31 ? setTimeout(() => over.abort(new PaymentTimeout(last)), Math.max(timeoutMs, 0)) : undefined;
  let askNow = () => {};
  let hurried = false;
  if (supabase) {
    void hear(checkoutSessionId, supabase, over.signal, () => {
      hurried = true;
      askNow();
    });
  }

  try {
    for (let failures = 0; ; ) {
      hurried = false;
      const status = await ask(checkoutSessionId, options, over.signal);
      over.signal.throwIfAborted();
      if (status) {
        failures = 0;
        last = status;
        options.status?.(status);
        if (status.ask_again_in_ms === null) return status;
      } else failures++;
      const wait = status?.ask_again_in_ms ?? BACKOFF_MS[Math.min(failures, BACKOFF_MS.length) - 1]!;
      // What was told while the answer was on its way may not be in it.
      if (!hurried) {
        await pause(wait, over.signal, (wake) => {
          askNow = wake;
        });
      }
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
    over.abort();
  }
}

/** @throws the signal's reason. */
function pause(ms: number, signal: AbortSignal, wakeable: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      resolve();
    };
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener("abort", abort, { once: true });
    wakeable(wake);
  });
}

/** Null: it cannot be told right now. */
async function ask(id: string, options: WaitOptions, signal: AbortSignal): Promise<PaymentStatus | null> {
  const { functionsUrl, token, supabase } = options;
  const session = token ? null : await sessionOf(supabase);
  const late = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  // Node 20 drops a timeout that nobody listens to (nodejs/node#57736).
  late.addEventListener("abort", () => {});
  const response = await fetch(`${functionsUrl}/payment-status?checkout_session_id=${encodeURIComponent(id)}`, {
    headers: token ? { "x-checkout-token": token } : session ? { authorization: `Bearer ${session.access_token}` } : {},
    signal: AbortSignal.any([signal, late]),
  }).catch(() => null);
  if (response === null || response.status >= 500 || response.status === 429) return null;
  // The session has ended meanwhile; supabase-js has a new one when it is next asked.
  if (response.status === 401 && session) return null;
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  throw new PaymentRefused(answer?.error, answer?.message, answer?.buyer_message ?? answer?.message);
}

/** Null: nobody is signed in, or a client with the option `accessToken` does not tell who. */
async function sessionOf(supabase: WaitOptions["supabase"]): Promise<Session | null> {
  try {
    return (await (await supabase)?.auth.getSession())?.data.session ?? null;
  } catch {
    return null;
  }
}

/** Calls `told` when something of this checkout has changed. Best effort: the function is asked all the same. */
async function hear(
  id: string,
  supabase: NonNullable<WaitOptions["supabase"]>,
  signal: AbortSignal,
  told: () => void,
): Promise<void> {
  try {
    const user = (await sessionOf(supabase))?.user;
    if (!user || signal.aborted) return;
    // A page for guests loads none of it.
    const { watch } = await import("./watch.ts");
    if (signal.aborted) return;
    watch(`user:${user.id}`, {
      supabase: await supabase,
      signal,
      // What changed before the watch began is passed to no "change", and the first question may have missed it.
      load: told,
      change: ({ record }) => {
        if (record?.checkout_session_id === id) told();
      },
    });
  } catch {
    // Such as a topic that the page watches already.
  }
}
