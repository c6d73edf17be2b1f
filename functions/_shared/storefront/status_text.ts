/** The text that a storefront shows for a payment's status, and when it asks again. */

import type { EnumValue, TableRow } from "../platform/rows.ts";

/** What commerce.payment_status returns; the handler passes all of it on. */
export interface Status {
  state: "processing" | "paid" | "in_review" | "failed" | "cancelled" | "expired" | "unpaid" | "refunded";
  /** Since the buyer first asked, in ms. */
  waited_ms: number;
  /** That is longer than a webhook takes. */
  late: boolean;
  order: { number: TableRow<"public", "orders">["number"]; status: EnumValue<"public", "order_status"> } | null;
}

export interface StatusText {
  title: string;
  text: string;
}

/** After this time, in ms, a waiting page asks less often. */
const RARELY_AFTER_MS = 120_000;

export function statusText({ state, late, order }: Status): StatusText {
  switch (state) {
    case "processing":
      return late
        ? {
            title: "Processing payment…",
            text:
              "This takes longer than usual. " +
              "You may close this page: your order is made as soon as the payment is through.",
          }
        : { title: "Processing payment…", text: "This takes a few seconds. Please keep this page open." };
    case "paid":
      return order?.status === "needs_attention"
        ? {
            title: "Payment received",
            text: `Thank you. Something about order ${order.number} needs a closer look: we will write to you.`,
          }
        : { title: "Payment received", text: `Thank you. Your order number is ${order?.number}.` };
    case "in_review":
      return {
        title: "Payment received",
        text: "We are checking the payment, and will write to you. Please do not pay again.",
      };
    case "failed":
      return {
        title: "Payment failed",
        text: "The payment did not go through. You may try again, or pay in another way.",
      };
    case "cancelled":
      return { title: "Payment cancelled", text: "You were not charged. Your order can be placed again at any time." };
    case "expired":
      return {
        title: "Checkout expired",
        text: "The time to pay is over, and nothing is kept for you any more. Please order again.",
      };
    case "unpaid":
      return { title: "Not paid yet", text: "We have not heard of a payment. You may still pay, or cancel the order." };
    case "refunded":
      return { title: "Payment refunded", text: `The payment of order ${order?.number} was given back to you.` };
  }
}

/** When to ask again, in ms. Null when the status will not change while the buyer waits. */
export function pollAgainMs({ state, waited_ms, late }: Status): number | null {
  if (state === "processing") return !late ? 2500 : waited_ms < RARELY_AFTER_MS ? 5000 : 15_000;
  return state === "unpaid" || state === "in_review" ? 15_000 : null;
}
