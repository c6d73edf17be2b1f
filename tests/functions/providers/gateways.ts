/** What the tests of the gateways share: a checkout, and how an error is caught. */
import { expect } from "vitest";
import { ApiError } from "../../../functions/_shared/http/api_client.ts";
import type { Checkout } from "../../../functions/_shared/providers/payment_gateway.ts";
import type { Asked } from "../../../local/providers/stand_in.ts";

export { givesUpOnce, patience } from "../signals.ts";

export const CHECKOUT: Checkout = {
  id: "7b0c2f0e-7f0b-4a53-9d0c-0f6f0a2d9b11",
  email: "amina@example.com",
  total_minor: 3450,
  currency: "EUR",
  expires_at: new Date(Date.now() + 3_600_000).toISOString(),
  items: [
    { sku: "mug", name: "Mug", quantity: 2, unit_price_minor: 1225, starts_at: null },
    { sku: "tea", name: "Tea", quantity: 1, unit_price_minor: 1000, starts_at: null },
  ],
};
export const BACK = {
  success_url: "https://shop.example/thanks?checkout=1",
  cancel_url: "https://shop.example/cart?checkout=1",
};
export const REQUEST = "0198f0aa-0000-7000-8000-00000000000a";

/** One thing for this price, in minor units. */
export const priced = (total_minor: number, currency: string): Checkout => ({
  ...CHECKOUT,
  total_minor,
  currency,
  items: [{ sku: "thing", name: "Thing", quantity: 1, unit_price_minor: total_minor, starts_at: null }],
});

export async function failure(doing: Promise<unknown>): Promise<ApiError> {
  const error = await doing.then(
    () => "nothing went wrong",
    (error) => error,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error;
}

export const posts = (asked: Asked[], path: string) =>
  asked.filter((one) => one.method === "POST" && one.path === path);
