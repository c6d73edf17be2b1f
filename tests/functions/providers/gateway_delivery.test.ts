/** What Stripe and PayPal are told of a checkout with an address, shipping, a discount and tax. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Checkout, Delivery } from "../../../functions/_shared/providers/payment_gateway.ts";
import { paypalGateway } from "../../../functions/_shared/providers/paypal/gateway.ts";
import { stripeGateway } from "../../../functions/_shared/providers/stripe/gateway.ts";
import { createPaypal, type PaypalStandIn } from "../../../local/providers/paypal.ts";
import { createStripe, type StripeStandIn } from "../../../local/providers/stripe.ts";
import { type Mounted, mounted } from "../mounted.ts";
import { CHECKOUT, posts, REDIRECT_URLS, timeout } from "./gateways.ts";

let stripe: StripeStandIn;
let paypal: PaypalStandIn;
let server: Mounted | undefined;
const env = (name: string) =>
  ({
    ...{ STRIPE_BASE_URL: server!.url, STRIPE_API_KEY: "sk_test_x" },
    ...{ PAYPAL_BASE_URL: server!.url, PAYPAL_CLIENT_ID: "client", PAYPAL_CLIENT_SECRET: "secret" },
  })[name];

beforeEach(() => {
  stripe = createStripe();
  paypal = createPaypal();
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const NOWHERE: Delivery = { name: null, countries: null, address: null, recipient_name: null, recipient_phone: null };
const ADDRESS = {
  ...{ line1: "Lindenstr. 5", line2: null, city: "Berlin", region: null, postal_code: "10969", country: "DE" },
};
/** 34.50 − 3.45 + 5.00 + 6.85 = 42.90 */
const PRICED: Checkout = {
  ...CHECKOUT,
  ...{ total_minor: 4290, subtotal_minor: 3450, discount_minor: 345, discount_code: "TENTH", shipping_minor: 500 },
  ...{ tax_minor: 685, tax_included: false, provider_tax: false },
  delivery: { ...NOWHERE, name: "Parcel" },
};

async function session(checkout: Checkout): Promise<URLSearchParams> {
  server = await mounted({ stripe });
  await stripeGateway.createPayment(env, checkout, REDIRECT_URLS, "checkout_session", timeout());
  return new URLSearchParams(posts(stripe.asked, "/v1/checkout/sessions")[0]!.body);
}

async function order(checkout: Checkout) {
  server = await mounted({ paypal });
  await paypalGateway.createPayment(env, checkout, REDIRECT_URLS, "order", timeout());
  return JSON.parse(posts(paypal.asked, "/v2/checkout/orders")[0]!.body);
}

const linesOf = (form: URLSearchParams) =>
  Array.from({ length: 9 }, (_, i) => form.get(`line_items[${i}][price_data][product_data][name]`)).filter(Boolean);

describe("Stripe", () => {
  test("has a coupon for this checkout alone, and shipping and tax as lines", async () => {
    const form = await session({ ...PRICED, delivery: { ...PRICED.delivery!, address: ADDRESS } });
    expect(linesOf(form)).toEqual(["Mug", "Tea", "Parcel", "Tax"]);
    const [{ body, headers }] = posts(stripe.asked, "/v1/coupons") as [StripeStandIn["asked"][0]];
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      ...{ amount_off: "345", currency: "eur", duration: "once", max_redemptions: "1", name: "TENTH" },
    });
    expect(headers.get("idempotency-key")).toBe(`${CHECKOUT.id}:coupon`);
    expect(form.get("discounts[0][coupon]")).toMatch(/./);
    // It takes no address without a name.
    expect([...form.keys()].filter((name) => name.includes("shipping"))).toEqual([]);
  });

  test("gets the address that the storefront has, and asks for none", async () => {
    const recipient = { recipient_name: "Amina Buyer", recipient_phone: "+4915112345678" };
    const form = await session({ ...PRICED, delivery: { ...PRICED.delivery!, address: ADDRESS, ...recipient } });
    const shipping = [...form].filter(([name]) => name.startsWith("payment_intent_data[shipping]"));
    expect(Object.fromEntries(shipping.map(([name, value]) => [name.slice(29), value]))).toEqual({
      ...{ "[name]": "Amina Buyer", "[phone]": "+4915112345678" },
      ...{ "[address][line1]": "Lindenstr. 5", "[address][city]": "Berlin", "[address][postal_code]": "10969" },
      "[address][country]": "DE",
    });
    expect(form.has("phone_number_collection[enabled]")).toBe(false);
  });

  test("asks for an address in the countries that are priced, with shipping in its own place", async () => {
    const form = await session({ ...PRICED, delivery: { ...PRICED.delivery!, countries: ["DE", "AT"] } });
    expect(linesOf(form)).toEqual(["Mug", "Tea", "Tax"]);
    const shown = (name: string) => form.get(name);
    expect([0, 1].map((i) => shown(`shipping_address_collection[allowed_countries][${i}]`))).toEqual(["DE", "AT"]);
    expect(shown("shipping_options[0][shipping_rate_data][fixed_amount][amount]")).toBe("500");
    expect(shown("shipping_options[0][shipping_rate_data][display_name]")).toBe("Parcel");
    expect(shown("phone_number_collection[enabled]")).toBe("true");
  });

  test.each([
    [false, "exclusive"],
    [true, "inclusive"],
  ])("works out the tax where it is to, of prices that contain it: %s", async (tax_included, behaviour) => {
    const form = await session({ ...PRICED, total_minor: 3605, tax_minor: 0, tax_included, provider_tax: true });
    expect(form.get("automatic_tax[enabled]")).toBe("true");
    expect(form.get("line_items[0][price_data][tax_behavior]")).toBe(behaviour);
  });
});

describe("Stripe's page has room for 100 lines", () => {
  const item = { ...CHECKOUT.items[0]!, quantity: 1, unit_price_minor: 100 };
  const checkoutOf = (items: number): Checkout => ({ ...PRICED, items: Array.from({ length: items }, () => item) });
  const asking = (items: number) => ({ ...checkoutOf(items), delivery: { ...PRICED.delivery!, countries: ["DE"] } });
  const free = { shipping_minor: 0, tax_minor: 0 };

  test("100 items with shipping and tax are refused before anything is begun", () => {
    expect(stripeGateway.unsupportedReason(checkoutOf(100), "checkout_session")).toMatch(/at most 98 .*\.$/);
    expect(stripeGateway.unsupportedReason(asking(100), "checkout_session")).toMatch(/at most 99 .*\.$/);
  });
  test("as many as there is room for are taken", () => {
    for (const checkout of [checkoutOf(98), asking(99), { ...checkoutOf(100), ...free }])
      expect(stripeGateway.unsupportedReason(checkout, "checkout_session")).toBeNull();
  });
  test("its form in the storefront has no lines", () =>
    expect(stripeGateway.unsupportedReason(checkoutOf(100), "payment_intent")).toBeNull());
});

describe("PayPal", () => {
  const eur = (value: string) => ({ currency_code: "EUR", value });

  test("has each part in its breakdown", async () => {
    const { purchase_units } = await order(PRICED);
    expect(purchase_units[0].amount).toEqual({
      ...eur("42.90"),
      breakdown: {
        ...{ item_total: eur("34.50"), shipping: eur("5.00"), tax_total: eur("6.85"), discount: eur("3.45") },
      },
    });
  });

  test("is told no tax that the prices contain: its parts would not add up", async () => {
    const { purchase_units } = await order({ ...PRICED, total_minor: 3605, tax_included: true });
    expect(purchase_units[0].amount).toEqual({
      ...eur("36.05"),
      breakdown: { item_total: eur("34.50"), shipping: eur("5.00"), discount: eur("3.45") },
    });
  });

  test.each<[string, Partial<Delivery>]>([
    ["NO_SHIPPING", {}],
    ["GET_FROM_FILE", { countries: ["DE"] }],
    ["SET_PROVIDED_ADDRESS", { address: ADDRESS, recipient_name: "Amina Buyer" }],
  ])("has the preference %s", async (preference, delivery) => {
    const { purchase_units, payment_source } = await order({ ...PRICED, delivery: { ...NOWHERE, ...delivery } });
    expect(payment_source.paypal.experience_context.shipping_preference).toBe(preference);
    expect(purchase_units[0].shipping).toEqual(
      delivery.address && {
        type: "SHIPPING",
        name: { full_name: "Amina Buyer" },
        address: {
          ...{ address_line_1: "Lindenstr. 5", admin_area_2: "Berlin", postal_code: "10969", country_code: "DE" },
        },
      },
    );
  });
});

test("a discount that is no multiple of what Stripe takes is refused before anything is created", () => {
  expect(stripeGateway.unsupportedReason({ ...PRICED, currency: "ISK", total_minor: 4300 })).toMatch(
    /multiples of 100/,
  );
});
