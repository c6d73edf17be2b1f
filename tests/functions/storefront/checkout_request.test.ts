/** How the body of a checkout request is read. */
import { expect, test } from "vitest";
import { HttpError } from "../../../functions/_shared/http/http_error.ts";
import { checkoutRequest } from "../../../functions/_shared/storefront/checkout_request.ts";

const BODY = { items: [{ sku: "mug", quantity: 1 }], provider: "stripe", email: "amina@example.com" };
const ADDRESS = { line1: "Rue Joffre", city: "Douala", country: "CM" };

function refusalOf(body: object): HttpError {
  try {
    checkoutRequest({ ...BODY, ...body });
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

test("an address has all its members, its country in capitals, and nothing around its words", () => {
  const shipping_address = { ...ADDRESS, line1: " Rue Joffre ", line2: "", country: "cm" };
  expect(checkoutRequest({ ...BODY, shipping_address }).shipping_address).toEqual({
    ...{ line1: "Rue Joffre", line2: null, city: "Douala", region: null, postal_code: null, country: "CM" },
  });
  expect(checkoutRequest(BODY)).toMatchObject({ shipping_address: null, discount_code: null, recipient_name: null });
});

test.each<[string, object]>([
  ["coupon", { coupon: "TENTH" }],
  ["items.0.price", { items: [{ sku: "mug", quantity: 1, price: 1 }] }],
  ["shipping_address.zip", { shipping_address: { ...ADDRESS, zip: "1" } }],
  ["__proto__", JSON.parse('{"__proto__": 1}')],
])("a member %s is refused by its name", (name, body) => {
  const whole = Object.getOwnPropertyDescriptors(body);
  const read = () => checkoutRequest(Object.create(null, { ...Object.getOwnPropertyDescriptors(BODY), ...whole }));
  expect(read).toThrowError(expect.objectContaining({ status: 400, code: "unknown_member" }));
  expect(read).toThrowError(JSON.stringify(name));
});

test.each<[string, object]>([
  ["shipping_address.line1", { shipping_address: { ...ADDRESS, line1: "" } }],
  ["shipping_address.city", { shipping_address: { line1: "x", country: "CM" } }],
  ["shipping_address.country", { shipping_address: { ...ADDRESS, country: "Cameroon" } }],
  ["shipping_address.line1", { shipping_address: { ...ADDRESS, line1: "x".repeat(201) } }],
  ["shipping_address.line1", { shipping_address: { ...ADDRESS, line1: "two\nlines" } }],
  ["shipping_address.city", { shipping_address: { ...ADDRESS, city: "\ud800" } }],
  ["shipping_address", { shipping_address: "Rue Joffre, Douala" }],
  ["shipping_country", { shipping_country: "Cameroon" }],
  ["recipient_name", { recipient_name: "x".repeat(201) }],
  ["recipient_phone", { recipient_phone: 49151 }],
  ["discount_code", { discount_code: ["TENTH"] }],
])("%s is never cut or guessed: %j", (name, body) => {
  expect(refusalOf(body)).toMatchObject({ status: 400, code: "request_not_understood" });
  expect(refusalOf(body).message).toContain(`${name}: expected`);
});
