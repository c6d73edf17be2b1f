/** Which checkout a buyer asks about, and what shows that it is his: the token that he was given, or his account. */

import { uuid } from "../facts/json_reader.ts";
import { HttpError } from "../http/http_error.ts";
import type { Caller } from "./authenticate.ts";

/** Whether it is; of the `values` of `askedFor`. */
export const THEIRS = "commerce.owns_checkout($1::uuid, $2, $3::uuid)";

/** `unknown` is thrown when it is not: the same for a checkout of somebody else and for none at all. @throws TurnedAway */
export function askedFor(
  headers: Headers,
  { checkout_session_id, token = headers.get("x-checkout-token") }: Record<string, unknown>,
  { userId }: Caller,
): { values: [string, string | null, string | null]; unknown: HttpError } {
  const checkoutId = uuid.read(checkout_session_id);
  if (!checkoutId) {
    throw new HttpError(
      400,
      "checkout_session_id_missing",
      "Pass checkout_session_id, a uuid, as functions/checkout gave it.",
    );
  }
  const given = typeof token === "string" && /^[0-9a-f]{64}$/.test(token) ? token : null;
  return {
    values: [checkoutId, given, userId],
    unknown: new HttpError(
      404,
      "checkout_unknown",
      "There is no such checkout of yours. Pass the token that came with it (token, or header x-checkout-token), or the session of its account.",
    ),
  };
}
