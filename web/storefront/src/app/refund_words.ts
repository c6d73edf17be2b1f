/** What becomes of what was paid for a session, in words. */
import type { Refund } from "../api/sessions.ts";
import { money } from "./words.ts";

export const creditsOf = (count: number) => (count === 1 ? "1 credit" : `${count} credits`);

/** "€35.00", "4 credits". Null: nothing. */
export function refundOf({ refund, refund_minor, refund_currency, refund_credits }: Refund): string | null {
  if (refund === "credits" && refund_credits !== null) return creditsOf(refund_credits);
  return refund_minor !== null && refund_currency !== null ? money(refund_minor, refund_currency) : null;
}

/** Of a session that was cancelled. */
export function outcomeOf(refund: Refund): string {
  const what = refundOf(refund);
  switch (refund.refund) {
    case "credits":
      return `${what} ${refund.refund_credits === 1 ? "is" : "are"} back in your account.`;
    case "requested":
      return `${what} goes back to where you paid from. This takes some days.`;
    case "by_hand":
      return `We pay ${what} back by hand, since your way to pay cannot do it by itself. We write to you.`;
    case "none":
      return "Nothing is paid back.";
  }
}
