/**
 * What a page may show its buyer when a request is refused: `buyer_message`, beside `message`, which is for developers.
 * It names no sku, address or variable. In English; a page in another language goes by the code (`error`).
 */
import type { ErrorCode } from "../http/error_codes.ts";
import type { EnumValue } from "../platform/rows.ts";

/** The product that a refusal is about, where it is about one. */
export interface About {
  /** As the catalogue shows it. */
  name?: string;
  kind?: EnumValue<"public", "product_kind">;
}

/** Of everything that only the page's developer can correct. */
const OURS = "Sorry, something is wrong with this page. Please try again later, or write to us.";
const LATER = "Sorry, this does not work right now. Please try again in a moment.";

const WORDS: Partial<Record<ErrorCode, string | ((about: About) => string)>> = {
  sold_out: ({ kind, name }) => {
    if (kind === "cohort_seat") return "Sorry, this course is full.";
    if (kind === "tutoring_session") return "Sorry, this time is no longer free. Please choose another.";
    return `Sorry, there are not enough left of ${quoted(name)}. Please take fewer, or leave it out.`;
  },
  unknown_item: "Sorry, something in your cart is no longer sold. Please take it out.",
  already_enrolled: "You have a place in this course already.",
  not_bookable: "Sorry, this time cannot be booked. Please choose another.",
  starts_at_past: "This time is over. Please choose another.",
  held_by_others: ({ name }) =>
    `Sorry, others are just buying ${quoted(name)}. Please take fewer, sign in, or try again in some minutes.`,
  too_many_checkouts: "You have begun several purchases. Please pay one of them, or try again in some minutes.",
  quantity_invalid: "Sorry, this quantity cannot be bought at once. Please take fewer.",
  email_missing: "Please enter your e-mail address.",
  mixed_currencies: "Sorry, these items cannot be bought together. Please buy them one after the other.",
  not_sold_in_currency: "Sorry, not everything in your cart is sold in this currency.",
  currency_not_payable: "Sorry, this way to pay does not take this currency. Please choose another.",
  not_payable: "Sorry, this amount cannot be paid this way. Please choose another way to pay.",
  shipping_address_missing: "Please enter the address that we send it to.",
  shipping_country_missing: "Please choose the country that we send it to.",
  shipping_unavailable: "Sorry, we do not send this to your country.",
  discount_unknown: "Sorry, we do not know this code. Please check how it is written.",
  discount_not_valid: "Sorry, this code is not valid now.",
  discount_not_applicable: "Sorry, this code is not for what is in your cart.",
  discount_minimum: "Sorry, your cart is too small for this code.",
  discount_used_up: "Sorry, this code is used up.",
  discount_used: "You have used this code already.",
  checkout_over: "This purchase was cancelled or has expired. Nothing was charged. Please begin again.",
  checkout_unknown: "Sorry, we cannot find this purchase.",
  session_invalid: "Please sign in again.",
  challenge_failed: "Please confirm once more that you are not a robot.",
  challenge_unavailable: LATER,
  in_progress: LATER,
  try_again: LATER,
  internal_error: LATER,
  provider_unavailable: "Sorry, this way to pay does not work right now. Nothing was charged. Please choose another.",
  not_configured: "Sorry, this way to pay does not work right now. Nothing was charged. Please choose another.",
};

export function buyerMessage(code: ErrorCode, about: About = {}): string {
  const words = WORDS[code] ?? OURS;
  return typeof words === "string" ? words : words(about);
}

const quoted = (name: string | undefined) => (name === undefined ? "this" : `“${name}”`);
