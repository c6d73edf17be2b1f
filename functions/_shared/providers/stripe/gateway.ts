/** Stripe: its own checkout page, or a form in the storefront (Payment Element). */
import type Stripe from "stripe";
import { type Kind, payPageLink, text } from "../../facts/json_reader.ts";
import { ApiError } from "../../http/api_client.ts";
import {
  addedTax,
  amountsOf,
  type Checkout,
  type Delivery,
  NOTHING_TO_PAY,
  type PaymentGateway,
  type Refund,
} from "../payment_gateway.ts";
import { asEvent, openStripe, STRIPE_REQUIRED_ENV, type StripeApi } from "./api.ts";

/** In minor units: eight digits (PaymentIntents.d.ts, `amount`). */
const MAX_MINOR = 99_999_999;

/** Lines of one page (Sessions.d.ts, `line_items`). */
const MAX_LINES = 100;

/** Amounts must be multiples of this (docs.stripe.com/currencies, "Special cases" and "Three-decimal currencies"). */
const STEPS: Record<string, number> = { ISK: 100, UGX: 100, BHD: 10, JOD: 10, KWD: 10, OMR: 10, TND: 10 };

/**
 * In seconds. A session lives for 30 minutes to 24 hours (Sessions.d.ts, `expires_at`) by Stripe's clock; a minute is
 * left on either side.
 */
const SHORTEST_S = 31 * 60;
const LONGEST_S = 24 * 3600 - 60;

/** By Stripe's word: what an admin can do about a refund that Stripe refuses. */
const ADVICE: Record<string, string> = {
  charge_already_refunded: "All of it went back already: there is nothing left to give back.",
  amount_too_large: "Part of it went back already: ask for less.",
  charge_disputed: "Its buyer disputes it: what the bank decides moves the money. Answer the dispute at Stripe.",
  refund_disputed_payment:
    "Its buyer disputes it: what the bank decides moves the money. Answer the dispute at Stripe.",
  balance_insufficient: "Add funds to the balance at Stripe, then ask for the refund again.",
  resource_missing:
    "Check that STRIPE_API_KEY is of the account, and of the mode (test or live), in which it was paid.",
};
const DEFAULT_ADVICE = "Look the payment up in Stripe's dashboard.";

const REASONS = ["duplicate", "fraudulent", "requested_by_customer"];

export const stripeGateway: PaymentGateway = {
  requiredEnv: STRIPE_REQUIRED_ENV,
  methods: ["checkout_session", "payment_intent"],
  currency: null,

  pageAsks: ["checkout_session"],
  pageTaxes: ["checkout_session"],

  unsupportedReason(checkout, method) {
    const { total_minor, currency } = checkout;
    if (total_minor === 0) return NOTHING_TO_PAY;
    if (total_minor > MAX_MINOR)
      return "This is more than can be paid by Stripe at once: split it into several purchases.";
    const step = STEPS[currency] ?? 1;
    if (amountsOf(checkout).some((amount) => amount % step !== 0)) {
      return `Stripe takes ${currency} in multiples of ${step} minor units only, and a price here is not one.`;
    }
    const tooMany = linesFor(checkout).length - MAX_LINES;
    if (tooMany > 0 && method !== "payment_intent") {
      const most = checkout.items.length - tooMany;
      return `Stripe's page has room for at most ${most} different items of this purchase: split it into several.`;
    }
    return null;
  },

  async createPayment(env, checkout, redirects, method, signal) {
    const stripe = openStripe(env, signal);
    if (method === "payment_intent") {
      const intent = await stripe.createPaymentIntent(intentFor(checkout), `${checkout.id}:payment_intent`);
      return {
        kind: "payment_intent",
        ref: intent.id,
        redirect_url: null,
        client_secret: required(intent.client_secret, "client_secret", text(5000)),
      };
    }
    const expires_at = expiryOf(checkout);
    const coupon = couponFor(checkout);
    const discounts = coupon && [{ coupon: (await stripe.createCoupon(coupon, `${checkout.id}:coupon`)).id }];
    // A key belongs to its parameters, and this one moves once the checkout is nearly over.
    const session = await stripe.createCheckoutSession(
      { ...sessionFor(checkout), ...(discounts && { discounts }), expires_at, ...redirects },
      `${checkout.id}:checkout_session:${expires_at}`,
    );
    return {
      kind: "checkout_session",
      ref: session.id,
      redirect_url: required(session.url, "url", payPageLink(5000)),
      client_secret: null,
    };
  },

  async cancelPayment(env, { kind, ref }, signal) {
    const stripe = openStripe(env, signal);
    try {
      if (kind === "payment_intent") await stripe.cancelPaymentIntent(ref);
      else await stripe.expireCheckoutSession(ref);
    } catch (error) {
      if (!(error instanceof ApiError) || (error.code !== "refused" && error.code !== "not_found")) throw error;
      if (await isOpen(stripe, ref)) throw error;
    }
  },

  async refundPayment(env, request, signal) {
    const stripe = openStripe(env, signal);
    try {
      const payment = await paymentNamed(stripe, request.payment_ref);
      // Stripe forgets an idempotency key after a day or so, and the courier may try for longer.
      const before = (await stripe.refunds(payment)).find(
        ({ metadata }) => metadata?.refund_request_id === request.request_id,
      );
      const refund = before ?? (await stripe.createRefund({ ...payment, ...refundFor(request) }, request.request_id));
      return { ref: refund.id, message: asEvent("refund.updated", String(refund.status), refund) };
    } catch (error) {
      throw withAdvice(error);
    }
  },
};

/** Webhooks name our checkout by this. */
const metadataOf = ({ id }: Checkout) => ({ checkout_session_id: id });

const intentFor = (checkout: Checkout): Stripe.PaymentIntentCreateParams => ({
  amount: checkout.total_minor,
  currency: checkout.currency.toLowerCase(),
  automatic_payment_methods: { enabled: true },
  receipt_email: checkout.email,
  metadata: metadataOf(checkout),
  ...shippingFor(checkout),
});

const shippingNameOf = ({ delivery }: Checkout) => delivery?.name || "Shipping";
/** The countries of the addresses that Stripe's page asks for; null: it asks for none. */
const askedOf = ({ delivery }: Checkout) => delivery?.countries ?? null;

/** What Stripe's page lists. */
function linesFor(checkout: Checkout): { name: string; quantity: number; amount: number }[] {
  const { items, shipping_minor = 0 } = checkout;
  const lines = items.map(({ name, quantity, unit_price_minor }) => ({ name, quantity, amount: unit_price_minor }));
  // Stripe's own place for shipping goes with its question for the address.
  if (shipping_minor > 0 && askedOf(checkout) === null)
    lines.push({ name: shippingNameOf(checkout), quantity: 1, amount: shipping_minor });
  const tax = addedTax(checkout);
  if (tax > 0) lines.push({ name: "Tax", quantity: 1, amount: tax });
  return lines;
}

function sessionFor(checkout: Checkout): Stripe.Checkout.SessionCreateParams {
  const { shipping_minor = 0, provider_tax = false } = checkout;
  const asked = askedOf(checkout);
  const currency = checkout.currency.toLowerCase();
  const tax_behavior = checkout.tax_included ? "inclusive" : "exclusive";
  const taxed = provider_tax ? ({ tax_behavior } as const) : {};
  return {
    mode: "payment",
    client_reference_id: checkout.id,
    customer_email: checkout.email,
    metadata: metadataOf(checkout),
    payment_intent_data: { metadata: metadataOf(checkout), ...shippingFor(checkout) },
    line_items: linesFor(checkout).map(({ name, quantity, amount }) => ({
      quantity,
      // Without our sku: Stripe makes a product of this, and the event about that product would change ours.
      price_data: { currency, unit_amount: amount, product_data: { name }, ...taxed },
    })),
    ...(provider_tax && { automatic_tax: { enabled: true } }),
    ...(asked && {
      shipping_address_collection: { allowed_countries: asked as AllowedCountry[] },
      phone_number_collection: { enabled: true },
      shipping_options: [
        {
          shipping_rate_data: {
            type: "fixed_amount",
            display_name: shippingNameOf(checkout),
            fixed_amount: { amount: shipping_minor, currency },
            ...taxed,
          },
        },
      ],
    }),
  };
}

type AllowedCountry = Stripe.Checkout.SessionCreateParams.ShippingAddressCollection.AllowedCountry;

/** A coupon for this one checkout; undefined: there is no discount. */
function couponFor({ currency, discount_minor = 0, discount_code }: Checkout): Stripe.CouponCreateParams | undefined {
  if (discount_minor === 0) return undefined;
  const name = discount_code ?? "Discount";
  return { amount_off: discount_minor, currency: currency.toLowerCase(), duration: "once", max_redemptions: 1, name };
}

/** Where it is sent, if that is known before the payment. Stripe takes no address without a name. */
function shippingFor({ delivery }: Checkout): {
  shipping?: Stripe.Checkout.SessionCreateParams.PaymentIntentData.Shipping;
} {
  const { address, recipient_name, recipient_phone } = delivery ?? ({} as Partial<Delivery>);
  if (!address || !recipient_name) return {};
  const { region, line1, line2, city, postal_code, country } = address;
  const orNothing = (words: string | null) => words ?? undefined;
  return {
    shipping: {
      name: recipient_name,
      ...(recipient_phone && { phone: recipient_phone }),
      address: {
        line1: line1 ?? "",
        line2: orNothing(line2),
        city: orNothing(city),
        state: orNothing(region),
        postal_code: orNothing(postal_code),
        country,
      },
    },
  };
}

function expiryOf({ expires_at }: Checkout): number {
  const now = Math.floor(Date.now() / 1000);
  return Math.min(Math.max(Math.floor(Date.parse(expires_at) / 1000), now + SHORTEST_S), now + LONGEST_S);
}

function required(value: string | null, what: string, kind: Kind<string>): string {
  const read = kind.read(value ?? "");
  if (read) return read;
  throw new ApiError("unexpected_answer", `stripe: the new payment has no ${what}: expected ${kind.name}`);
}

/** Whether it could still be paid. */
async function isOpen(stripe: StripeApi, ref: string): Promise<boolean> {
  if (ref.startsWith("cs_")) return (await stripe.checkoutSession(ref))?.status === "open";
  const intent = await stripe.paymentIntent(ref);
  return intent !== null && !["succeeded", "processing", "canceled"].includes(intent.status);
}

/** The payment as a refund names it: a charge (`ch_…`, `py_…`) is from before PaymentIntents. */
async function paymentNamed(stripe: StripeApi, ref: string): Promise<{ payment_intent: string } | { charge: string }> {
  if (ref.startsWith("ch_") || ref.startsWith("py_")) return { charge: ref };
  if (!ref.startsWith("cs_")) return { payment_intent: ref };
  const intent = (await stripe.checkoutSession(ref))?.payment_intent;
  if (!intent)
    throw new ApiError("refused", `Stripe knows no payment of ${ref}: nothing was paid there that could go back.`);
  return { payment_intent: typeof intent === "string" ? intent : intent.id };
}

/** A reason that is none of Stripe's words goes into the metadata, which only we see. */
function refundFor({ amount_minor, request_id, reason }: Refund): Stripe.RefundCreateParams {
  const isStripes = reason !== null && REASONS.includes(reason);
  return {
    amount: amount_minor,
    metadata: { refund_request_id: request_id, ...(reason && !isStripes && { reason: reason.slice(0, 500) }) },
    ...(isStripes && { reason }),
  };
}

/** A permanent error, with what can be done about it. */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof ApiError) || (error.code !== "refused" && error.code !== "not_found")) return error;
  const { status, issue = "" } = error.details;
  if (status === undefined || status === 409) return error;
  return new ApiError(error.code, `${error.message} ${ADVICE[issue] ?? DEFAULT_ADVICE}`, error.details);
}
