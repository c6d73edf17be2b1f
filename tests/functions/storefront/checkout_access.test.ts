/** What proves that a checkout is the caller's own. */
import { expect, test } from "vitest";
import { HttpError } from "../../../functions/_shared/http/http_error.ts";
import { checkoutAccess } from "../../../functions/_shared/storefront/checkout_access.ts";

const ID = "6f0d2c5e-93a1-4a57-8d2b-1c3f6a2b9e10";
const OURS = "a".repeat(64);
const HEADER = "b".repeat(64);
const tokenOf = (token: unknown, header?: string) =>
  checkoutAccess(
    new Headers(header === undefined ? {} : { "x-checkout-token": header }),
    { checkout_session_id: ID, token },
    { userId: null } as never,
  ).token;

test("the token of the query or the body comes before the header's", () => {
  expect(tokenOf(OURS, HEADER)).toBe(OURS);
  expect(tokenOf(undefined, HEADER)).toBe(HEADER);
  expect(tokenOf(OURS)).toBe(OURS);
});

test.each(["EC-5WD12345", "", null, 7, `${OURS}0`, OURS.toUpperCase()])(
  "what PayPal or somebody else calls token, %j, does not hide the header",
  (token) => {
    expect(tokenOf(token, HEADER)).toBe(HEADER);
    expect(tokenOf(token, "EC-1")).toBeNull();
    expect(tokenOf(token)).toBeNull();
  },
);

test("without the id of a checkout it is refused", () => {
  expect(() => checkoutAccess(new Headers(), { checkout_session_id: "1" }, { userId: null } as never)).toThrow(
    HttpError,
  );
});
