/**
 * Bodies of Stripe events, as the contenders take them. Signed just before they are sent: a signature is good for five
 * minutes.
 */
import { stripeEvent } from "../../simulator/providers/stripe.ts";
import type { Sale } from "./shop.ts";

export function checkoutCompleted(sale: Sale): string {
  const overrides = {
    "data.object.metadata.checkout_session_id": sale.checkout,
    "data.object.amount_total": sale.amount,
    "data.object.amount_subtotal": sale.amount,
  };
  return stripeEvent("checkout.session.completed", overrides, sale.id);
}

export function chargeRefunded(sale: Sale): string {
  const amount = sale.amount;
  return stripeEvent(
    "charge.refunded",
    { "data.object.amount": amount, "data.object.amount_captured": amount, "data.object.amount_refunded": amount },
    sale.id,
  );
}

/** There is no fixture of it, but it differs from charge.refunded in nothing else. */
export function chargeSucceeded(): string {
  const event = JSON.parse(
    stripeEvent("charge.refunded", { "data.object.refunded": false, "data.object.amount_refunded": 0 }),
  );
  event.type = "charge.succeeded";
  delete event.data.previous_attributes;
  return JSON.stringify(event);
}
