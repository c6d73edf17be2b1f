/** Helpers of the gateway tests: a checkout, and a function that returns an error. */
import { expect } from "vitest";
import { ApiError } from "../../../functions/_shared/http/api_client.ts";
import type { Checkout } from "../../../functions/_shared/providers/payment_gateway.ts";
import type { Asked } from "../../../local/providers/stand_in.ts";

export { abortOnce, timeout } from "../signals.ts";

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
export const REDIRECT_URLS = {
  success_url: "https://shop.example/thanks?checkout=1",
  cancel_url: "https://shop.example/cart?checkout=1",
};
export const REFUND_REQUEST_ID = "0198f0aa-0000-7000-8000-00000000000a";

/** A checkout of one item with this price, in minor units. */
export const checkoutOf = (total_minor: number, currency: string): Checkout => ({
  ...CHECKOUT,
  total_minor,
  currency,
  items: [{ sku: "thing", name: "Thing", quantity: 1, unit_price_minor: total_minor, starts_at: null }],
});

/** The ApiError that a promise rejects with; fails when it resolves. */
export async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => "no error",
    (error) => error,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error;
}

/** The POST requests to `path`. */
export const posts = (asked: Asked[], path: string) =>
  asked.filter((request) => request.method === "POST" && request.path === path);
