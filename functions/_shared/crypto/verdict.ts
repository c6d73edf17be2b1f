/** What every check of a webhook is asked and answers: a request in, a verdict out; and the refusals that all schemes share. */

import type { ErrorCode } from "../http/error_codes.ts";
import type { Environment } from "../platform/environment.ts";

/** One webhook request as it arrived, before anything in it is trusted. */
export interface WebhookRequest {
  headers: Headers;
  /** The raw body, byte for byte: all signatures are over these bytes. */
  body: Uint8Array<ArrayBuffer>;
  /** Now, in ms since the epoch; given so that a test can fix it. */
  now: number;
  env: Environment;
}

/** Why a request is refused. `code` is stable and reveals no secret; `detail` says what to do next. */
export interface Refusal {
  code: ErrorCode;
  detail: string;
  /** It could not be judged, and the sender is not at fault: answered 503, so that it is sent again, instead of 401. */
  retryLater?: boolean;
}

export type Verdict =
  | { authentic: true; trust: "signed" | "confirmed" | "unconfirmed" }
  | { authentic: false; refusal: Refusal };

export type RefusedVerdict = Verdict & { authentic: false };

export function refuse(code: ErrorCode, detail: string): RefusedVerdict {
  return { authentic: false, refusal: { code, detail } };
}

/** A refusal that is not the sender's fault: answered 503, so that it is sent again. */
export function refuseForNow(code: ErrorCode, detail: string): RefusedVerdict {
  return { authentic: false, refusal: { code, detail, retryLater: true } };
}

/** The secret that every check needs is not set. `where`: where an admin finds it. */
export function secretNotConfigured(name: string, where: string): RefusedVerdict {
  return refuseForNow("secret_not_configured", `${name} is not set. Set it to ${where}.`);
}

/** Seconds that a signature is valid for, before and after its time. */
const TOLERANCE_S = 300;

/**
 * Refuses a signature by its time (unix seconds): an old one may be a replay, a future one would be valid for too long.
 * Ask this only once the signature is known to be authentic: otherwise its time says nothing.
 */
export function clockRefusal(signedAt: number, now: number): RefusedVerdict | null {
  const age = Math.floor(now / 1000) - signedAt;
  const advice =
    `at most ${TOLERANCE_S} s is allowed. Check the clock, ` +
    "or resend the event from the provider's dashboard: it is then signed anew.";
  if (age > TOLERANCE_S) return refuse("timestamp_too_old", `The signature is ${age} s old; ${advice}`);
  if (age < -TOLERANCE_S)
    return refuse("timestamp_in_future", `The signature is dated ${-age} s in the future; ${advice}`);
  return null;
}
