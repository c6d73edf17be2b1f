/** To whom and where the buyer wants it sent, in Stripe's and PayPal's shapes, as one. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checked, type Fact } from "../../../functions/_shared/facts/facts.ts";
import { paypal } from "../../../functions/_shared/providers/paypal/webhook.ts";
import { stripe } from "../../../functions/_shared/providers/stripe/webhook.ts";
import { type Overrides, set } from "../../../simulator/body.ts";
import { translate } from "./translate.ts";

function factsOf(provider: "stripe" | "paypal", type: string, changes: Overrides): Fact[] {
  const event = JSON.parse(readFileSync(new URL(`../../fixtures/${provider}/${type}.json`, import.meta.url), "utf8"));
  for (const [path, value] of Object.entries(changes)) set(event, path, value);
  return checked(translate(provider === "stripe" ? stripe : paypal, event));
}

const ADDRESS = {
  ...{ line1: "Lindenstr. 5", line2: "c/o Bea", city: "Berlin", region: "BE", postal_code: "10969", country: "DE" },
};
const { region: state, ...others } = ADDRESS;
const STRIPES = { name: "Amina Buyer", address: { ...others, state } };

test.each([
  ["of a session since basil", "checkout.session.completed", "collected_information.shipping_details"],
  ["of an older session", "checkout.session.completed", "shipping_details"],
  ["of a PaymentIntent", "payment_intent.succeeded", "shipping"],
])("the address %s of Stripe's", (_, type, place) => {
  const [fact] = factsOf("stripe", type, {
    "data.object.collected_information": { shipping_details: null },
    "data.object.customer_details": { email: null, phone: "+4915112345678" },
    [`data.object.${place.split(".")[0]}`]: place.includes(".") ? { shipping_details: STRIPES } : STRIPES,
  });
  expect(fact).toMatchObject({ recipient: { address: ADDRESS, name: "Amina Buyer", phone: "+4915112345678" } });
});

test.each([
  ["without a country", { ...STRIPES, address: { ...STRIPES.address, country: null } }],
  ["of a country that is no code", { ...STRIPES, address: { ...STRIPES.address, country: "Germany" } }],
  ["that is not there", null],
])("an address %s at Stripe is none, and no reason to refuse the money", (_, shipping_details) => {
  const [fact] = factsOf("stripe", "checkout.session.completed", {
    "data.object.collected_information": { shipping_details },
  });
  expect(fact).toMatchObject({ type: "payment.captured" });
  expect(fact).not.toHaveProperty("recipient");
});

const PAYPALS = {
  name: { full_name: "Amina Buyer" },
  phone_number: { country_code: "49", national_number: "15112345678" },
  address: {
    ...{ address_line_1: "Lindenstr. 5", address_line_2: "c/o Bea", admin_area_2: "Berlin", admin_area_1: "BE" },
    ...{ postal_code: "10969", country_code: "DE" },
  },
};

test.each(["CHECKOUT.ORDER.APPROVED", "CHECKOUT.ORDER.COMPLETED"])("the address of PayPal's order, in %s", (type) => {
  const [fact] = factsOf("paypal", type, { "resource.purchase_units.0.shipping": PAYPALS });
  expect(fact).toMatchObject({ recipient: { address: ADDRESS, name: "Amina Buyer", phone: "+4915112345678" } });
});

test("an address at PayPal that is its name alone is none", () => {
  const [fact] = factsOf("paypal", "CHECKOUT.ORDER.APPROVED", {
    "resource.purchase_units.0.shipping": { name: { full_name: "Amina Buyer" } },
  });
  expect(fact).not.toHaveProperty("recipient");
});

test("the breakdown of PayPal's order says how its total comes about, where it is more than its items", () => {
  const eur = (value: string) => ({ currency_code: "EUR", value });
  const at = "resource.purchase_units.0.amount.breakdown";
  const [plain] = factsOf("paypal", "CHECKOUT.ORDER.COMPLETED", { [at]: { item_total: eur("49.00") } });
  expect(plain).not.toHaveProperty("breakdown");
  const [fact] = factsOf("paypal", "CHECKOUT.ORDER.COMPLETED", {
    [at]: {
      ...{ item_total: eur("44.00"), shipping: eur("5.00"), handling: eur("1.00"), tax_total: eur("3.00") },
      ...{ discount: eur("3.50"), shipping_discount: eur("0.50") },
    },
  });
  expect(fact).toMatchObject({
    breakdown: { subtotal_minor: 4400, tax_minor: 300, shipping_minor: 600, discount_minor: 400 },
  });
});
