/**
 * The input and output of verifying a webhook, the request and the verdict, and the refusals that all schemes share.
 */

import type { ErrorCode } from "../http/error_codes.ts";
import type { Environment } from "../platform/environment.ts";

/** One webhook request as it arrived, before anything in it is trusted. */
export interface WebhookRequest {
  headers: Headers;
  /** The raw body, byte for byte: all signatures are over these bytes. */
  body: Uint8Array<ArrayBuffer>;
  /** The current time, in ms since the epoch; a parameter so that tests can set it. */
  now: number;
  env: Environment;
}

/** Why a request is refused. `code` is stable and reveals no secret; `detail` says what to do next. */
export interface Refusal {
  code: ErrorCode;
  detail: string;
  /**
   * The request cannot be verified now, through no fault of the sender: answered 503 instead of 401, so that it is
   * retried.
   */
  retryLater?: boolean;
}

export type Verdict =
  | { authentic: true; trust: "signed" | "confirmed" | "unconfirmed" }
  | { authentic: false; refusal: Refusal };

export type RefusedVerdict = Verdict & { authentic: false };

/** Rejects a request. @param code A stable code. @param detail What is wrong and what to do next. */
export function refuse(code: ErrorCode, detail: string): RefusedVerdict {
  return { authentic: false, refusal: { code, detail } };
}

/**
 * Rejects a request that cannot be verified now, through no fault of the sender: answered 503, so that it is retried.
 */
export function refuseForNow(code: ErrorCode, detail: string): RefusedVerdict {
  return { authentic: false, refusal: { code, detail, retryLater: true } };
}

/** Rejects for now, since the secret `name` is not set. @param where What to set it to and where to find it. */
export function secretNotConfigured(name: string, where: string): RefusedVerdict {
  return refuseForNow("secret_not_configured", `${name} is not set. Set it to ${where}.`);
}

/** How far the time of a signature may be in the past or in the future. */
const TOLERANCE_SECONDS = 300;

/**
 * Rejects a signature by its age: an old one may be a replay, and one from the future would be valid for too long. Call
 * it only for a verified signature, since the time of any other is not trustworthy.
 * @param signedAt The time of the signature, in unix seconds.
 * @param now The current time, in ms since the epoch.
 * @returns null when the age is within 300 s.
 */
export function clockRefusal(signedAt: number, now: number): RefusedVerdict | null {
  const age = Math.floor(now / 1000) - signedAt;
  const advice =
    `at most ${TOLERANCE_SECONDS} s is allowed. ` +
    "Check the sender's clock, or resend the event from the provider's dashboard, which signs it again.";
  if (age > TOLERANCE_SECONDS) return refuse("timestamp_too_old", `The signature is ${age} s old; ${advice}`);
  if (age < -TOLERANCE_SECONDS)
    return refuse("timestamp_in_future", `The signature is dated ${-age} s in the future; ${advice}`);
  return null;
}
