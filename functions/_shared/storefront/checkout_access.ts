/** Who may see and cancel a checkout: a guest by the checkout's token, a signed-in buyer by the account. */

import { uuid } from "../facts/json_reader.ts";
import { HttpError } from "../http/http_error.ts";
import { onlyMembers } from "../http/known_members.ts";
import type { Database } from "../platform/database.ts";
import { retryOnDeadlock } from "../platform/retry_deadlock.ts";
import type { Caller } from "./authenticate.ts";

/** A checkout, and what is to prove that it is the caller's own. */
export interface CheckoutAccess {
  checkoutId: string;
  /** As functions/checkout gave it out. Null: none, or none of its form. */
  token: string | null;
  userId: string | null;
}

const TOKEN = /^[0-9a-f]{64}$/;

/**
 * Reads the fields `checkout_session_id` and `token`, or the header x-checkout-token. A token of another form is not
 * ours: PayPal adds one of its own to the address that a buyer comes back to. @throws HttpError 400
 */
export function checkoutAccess(
  headers: Headers,
  { checkout_session_id, token }: Record<string, unknown>,
  { userId }: Caller,
): CheckoutAccess {
  const checkoutId = uuid.read(checkout_session_id);
  if (!checkoutId) {
    const message = "Pass checkout_session_id, a uuid, as functions/checkout gave it.";
    throw new HttpError(400, "checkout_session_id_missing", message);
  }
  const isOurs = (value: unknown): value is string => typeof value === "string" && TOKEN.test(value);
  return { checkoutId, token: [token, headers.get("x-checkout-token")].find(isOurs) ?? null, userId };
}

/**
 * The value of `call` if the checkout is the caller's own; null if it is somebody else's, or if there is none. One
 * round trip.
 * @param call SQL in which $1 is the checkout's id: evaluated only for its owner.
 */
export async function callAsOwner<Value>(
  database: Database,
  { checkoutId, token, userId }: CheckoutAccess,
  call: string,
): Promise<Value | null> {
  const statement = `select case when commerce.owns_checkout($1::uuid, $2, $3::uuid) then ${call} end as value`;
  const [row] = await retryOnDeadlock(() =>
    database.query<{ value: Value | null }>(statement, [checkoutId, token, userId]),
  );
  return row!.value;
}

/** The error when `callAsOwner` returns null: it does not tell whether there is such a checkout. */
export function checkoutUnknown(): HttpError {
  return new HttpError(
    404,
    "checkout_unknown",
    "You have no such checkout. Pass the token that came with it (token, or header x-checkout-token), " +
      "or the session of its account.",
  );
}

/** @throws HttpError 400 unknown_member for a JSON body with a member that is not read here */
export const onlyAccessMembers = (body: object): void => onlyMembers(body, ["checkout_session_id", "token"]);
