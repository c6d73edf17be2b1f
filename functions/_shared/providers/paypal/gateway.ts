/**
 * PayPal: an order that its buyer approves on PayPal's page; the courier then captures it
 * (outbound/jobs/capture_payment.ts).
 */

import { id, Json, text } from "../../facts/json_reader.ts";
import { decimalAmount, exponentOf } from "../../facts/money.ts";
import {
  type Address,
  addedTax,
  amountsOf,
  type Checkout,
  NOTHING_TO_PAY,
  type PaymentGateway,
  type Refund,
} from "../payment_gateway.ts";
import { openPaypal, PAYPAL_REQUIRED_ENV, refundAsEvent, withAdvice } from "./api.ts";

/** developer.paypal.com/reports/reference/paypal-supported-currencies. */
const CURRENCIES =
  "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD".split(" ");
/** PayPal takes no decimals of these, though we count them in hundredths. */
const WITHOUT_DECIMALS = ["HUF", "TWD"];

/** By PayPal's word: what an admin can do about a refund that PayPal refuses. */
const REFUND_ADVICE: Record<string, string> = {
  CAPTURE_FULLY_REFUNDED: "There is nothing left to give back.",
  REFUND_AMOUNT_EXCEEDED: "Part of it went back already: ask for less.",
  REFUND_TIME_LIMIT_EXCEEDED: "Send the money to the buyer another way, then commerce.record_refund.",
  REFUND_NOT_ALLOWED: "Look the payment up at PayPal.",
  REFUND_FAILED_INSUFFICIENT_FUNDS: "Add funds to the PayPal account, then ask for the refund again.",
  PENDING_CAPTURE: "Ask again once the payment is completed.",
  PARTIAL_REFUND_NOT_ALLOWED: "Ask for all of it.",
  DECIMALS_NOT_SUPPORTED: "Ask for a whole amount.",
  INVALID_RESOURCE_ID: "Check that PAYPAL_CLIENT_ID is of the app by which it was paid, live or sandbox.",
  "": "Look the payment up at PayPal.",
};
const ORDER_ADVICE: Record<string, string> = { "": "Nothing was begun; let the buyer pay another way." };

export const paypalGateway: PaymentGateway = {
  requiredEnv: PAYPAL_REQUIRED_ENV,
  methods: ["order"],
  currency: null,

  pageAsks: ["order"],

  unsupportedReason(checkout) {
    const { total_minor, currency } = checkout;
    if (!CURRENCIES.includes(currency))
      return `PayPal takes no ${currency}. Offer another way to pay, or another of the currencies it is sold in.`;
    if (total_minor === 0) return NOTHING_TO_PAY;
    const step = WITHOUT_DECIMALS.includes(currency) ? 10 ** exponentOf(currency) : 1;
    if (amountsOf(checkout).some((amount) => amount % step !== 0)) {
      return `PayPal takes whole ${currency} only, and a price here has decimals.`;
    }
    return null;
  },

  async createPayment(env, checkout, { success_url, cancel_url }, _method, signal) {
    const order = {
      intent: "CAPTURE",
      purchase_units: [unitOf(checkout)],
      payment_source: {
        paypal: {
          experience_context: {
            return_url: success_url,
            cancel_url,
            user_action: "PAY_NOW",
            shipping_preference: shippingPreference(checkout),
          },
        },
      },
    };
    try {
      const { id, approveAt } = await openPaypal(env).createOrder(order, checkout.id, signal);
      return { kind: "order", ref: id, redirect_url: approveAt, client_secret: null };
    } catch (error) {
      throw withAdvice(error, "begin this payment", ORDER_ADVICE);
    }
  },

  async refundPayment(env, refund, signal) {
    try {
      const answer = await openPaypal(env).refundCapture(
        refund.payment_ref,
        refundFor(refund),
        refund.request_id,
        signal,
      );
      const message = refundAsEvent(answer);
      return { ref: new Json(answer.json).get(id, "id"), message };
    } catch (error) {
      throw withAdvice(error, "refund", REFUND_ADVICE);
    }
  },
};

function money(minor: number, currency: string): { currency_code: string; value: string } {
  const value = decimalAmount(minor, currency);
  return { currency_code: currency, value: WITHOUT_DECIMALS.includes(currency) ? value.replace(/\.0+$/, "") : value };
}

/** Whether PayPal's page shows our address, asks the buyer for one, or has none. */
function shippingPreference({ delivery }: Checkout): "SET_PROVIDED_ADDRESS" | "GET_FROM_FILE" | "NO_SHIPPING" {
  if (delivery?.address) return "SET_PROVIDED_ADDRESS";
  return delivery?.countries ? "GET_FROM_FILE" : "NO_SHIPPING";
}

/** PayPal captures once for one invoice_id (DUPLICATE_INVOICE_ID). */
function unitOf(checkout: Checkout): object {
  const { id, total_minor, currency, items, discount_minor = 0, shipping_minor = 0, delivery } = checkout;
  const tax = addedTax(checkout);
  const price = (minor: number) => money(minor, currency);
  return {
    custom_id: id,
    invoice_id: id,
    amount: {
      ...price(total_minor),
      breakdown: {
        item_total: price(total_minor + discount_minor - shipping_minor - tax),
        ...(shipping_minor > 0 && { shipping: price(shipping_minor) }),
        ...(tax > 0 && { tax_total: price(tax) }),
        ...(discount_minor > 0 && { discount: price(discount_minor) }),
      },
    },
    items: items.map(({ sku, name, quantity, unit_price_minor }) => ({
      name: short(name),
      sku: short(sku),
      quantity: String(quantity),
      unit_amount: price(unit_price_minor),
    })),
    ...(delivery?.address && { shipping: shippingOf(delivery.address, delivery.recipient_name) }),
  };
}

function shippingOf({ line1, line2, city, region, postal_code, country }: Address, name: string | null): object {
  return {
    type: "SHIPPING",
    ...(name && { name: { full_name: name } }),
    address: {
      ...(line1 && { address_line_1: line1 }),
      ...(line2 && { address_line_2: line2 }),
      ...(city && { admin_area_2: text(120).read(city) }),
      ...(region && { admin_area_1: region }),
      ...(postal_code && { postal_code: text(60).read(postal_code) }),
      country_code: country,
    },
  };
}

const short = (words: string) => text(127).read(words) ?? undefined;

/** The reason is shown to the buyer, in one line. */
function refundFor({ request_id, amount_minor, currency, reason }: Refund): object {
  const note = text(255).read((reason ?? "").replace(/\s+/g, " ").trim());
  return { amount: money(amount_minor, currency), custom_id: request_id, ...(note && { note_to_payer: note }) };
}
