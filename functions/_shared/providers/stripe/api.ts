/**
 * The calls of Stripe's API that we need: past events, the status of a payment or a checkout, creating and cancelling
 * one, and refunds. Of the SDK there are its types alone.
 */
import type Stripe from "stripe";
import { id as anId } from "../../facts/json_reader.ts";
import { ApiError, baseOf } from "../../http/api_client.ts";
import type { Environment } from "../../platform/environment.ts";
import { messageOf, type ProviderMessage } from "../provider_history.ts";
import { openClient, pathOf } from "./client.ts";

/** The variables that must be set before the API can be called. */
export const STRIPE_REQUIRED_ENV = ["STRIPE_API_KEY"] as const;

/** `key`: Stripe's idempotency key. Called again with the same key and parameters, a method returns the same object. */
export interface StripeApi {
  /**
   * Events from `since` until `until` that were delivered to no endpoint yet, newest first, in pages. @throws ApiError
   */
  undeliveredEvents(since: Date, until: Date): AsyncGenerator<Stripe.Event[]>;
  /** Null when Stripe does not know the id. @throws ApiError */
  paymentIntent(id: string): Promise<Stripe.PaymentIntent | null>;
  /**
   * A subscription, customer, product or dispute. Null when Stripe knows none of this id, or it was deleted.
   * @throws ApiError
   */
  object(kind: "membership" | "customer" | "product" | "dispute", id: string): Promise<{ id: string } | null>;
  /** Null when Stripe does not know the id. @throws ApiError */
  checkoutSession(id: string): Promise<Stripe.Checkout.Session | null>;
  /** @throws ApiError */
  createCheckoutSession(params: Stripe.Checkout.SessionCreateParams, key: string): Promise<Stripe.Checkout.Session>;
  /** @throws ApiError */
  createPaymentIntent(params: Stripe.PaymentIntentCreateParams, key: string): Promise<Stripe.PaymentIntent>;
  /** @throws ApiError */
  createCoupon(params: Stripe.CouponCreateParams, key: string): Promise<Stripe.Coupon>;
  /** @throws ApiError, also when it is not open any more. */
  expireCheckoutSession(id: string): Promise<void>;
  /** @throws ApiError, also when it is paid or was canceled before. */
  cancelPaymentIntent(id: string): Promise<void>;
  /** The newest 100 of a payment, named as for `createRefund`. @throws ApiError */
  refunds(of: Pick<Stripe.RefundCreateParams, "payment_intent" | "charge">): Promise<Stripe.Refund[]>;
  /** @throws ApiError */
  createRefund(params: Stripe.RefundCreateParams, key: string): Promise<Stripe.Refund>;
}

/** `signal` ends every call. @throws ApiError when there is no API key. */
export function openStripe(env: Environment, signal?: AbortSignal): StripeApi {
  const secretKey = env("STRIPE_API_KEY");
  if (!secretKey) throw new ApiError("unauthorized", "Stripe cannot be asked: STRIPE_API_KEY is not set.");
  const client = openClient(secretKey, baseOf(env, "STRIPE_BASE_URL", "https://api.stripe.com"), signal);

  async function retrieved<T extends { id: string }>(list: string, id: string): Promise<T | null> {
    const path = pathOf(list, id);
    let found: T;
    try {
      found = await client.get<T>(path);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
    if (found.id !== id) throw new ApiError("unexpected_answer", `stripe: GET ${path} answered, but not with that`);
    return found;
  }

  async function listed<T>(path: string, parameters: object): Promise<{ data: T[]; has_more: boolean }> {
    const page = await client.get<{ data: T[]; has_more: boolean }>(path, parameters);
    if (!Array.isArray(page.data))
      throw new ApiError("unexpected_answer", `stripe: GET ${path} answered, but not with a list`);
    return page;
  }

  async function posted<T extends { id: string }>(path: string, parameters?: object, key?: string): Promise<T> {
    const object = await client.post<T>(path, parameters, key);
    if (!anId.read(object.id))
      throw new ApiError("unexpected_answer", `stripe: POST ${path} answered, but not with an object that has an id`);
    return object;
  }

  return {
    async *undeliveredEvents(since, until) {
      const created = { gte: Math.floor(since.getTime() / 1000), lte: Math.ceil(until.getTime() / 1000) };
      const parameters = { delivery_success: false, created, limit: 100 };
      let starting_after: string | undefined;
      do {
        const { data, has_more } = await listed<Stripe.Event>("/v1/events", { ...parameters, starting_after });
        const last = has_more ? data.at(-1)?.id : undefined;
        if (has_more && (!anId.read(last) || last === starting_after))
          throw new ApiError("unexpected_answer", "stripe: GET /v1/events answered that there is more, but not where");
        yield data;
        starting_after = last;
      } while (starting_after !== undefined);
    },
    paymentIntent: (id) => retrieved("/v1/payment_intents", id),
    async object(kind, id) {
      const found = await retrieved<{ id: string; deleted?: unknown }>(LISTS[kind], id);
      return found?.deleted ? null : found;
    },
    checkoutSession: (id) => retrieved("/v1/checkout/sessions", id),
    createCheckoutSession: (parameters, key) => posted("/v1/checkout/sessions", parameters, key),
    createPaymentIntent: (parameters, key) => posted("/v1/payment_intents", parameters, key),
    createCoupon: (parameters, key) => posted("/v1/coupons", parameters, key),
    async expireCheckoutSession(id) {
      await posted(`${pathOf("/v1/checkout/sessions", id)}/expire`);
    },
    async cancelPaymentIntent(id) {
      await posted(`${pathOf("/v1/payment_intents", id)}/cancel`);
    },
    refunds: async (of) => (await listed<Stripe.Refund>("/v1/refunds", { ...of, limit: 100 })).data,
    createRefund: (parameters, key) => posted("/v1/refunds", parameters, key),
  };
}

/** Where the objects are that `object` finds. */
const LISTS = {
  membership: "/v1/subscriptions",
  customer: "/v1/customers",
  product: "/v1/products",
  dispute: "/v1/disputes",
} as const;

/** By Stripe's own word: any other 404 means a wrong address. */
const isMissing = (error: unknown) =>
  error instanceof ApiError && error.details.status === 404 && error.details.issue === "resource_missing";

/** An object as it is now, in the shape of the webhook about it. The event's id changes with `status` only. */
export function asEvent(type: string, status: string, object: { id: string; livemode?: boolean }): ProviderMessage {
  return messageOf({
    id: `confirmed:${object.id}:${status}`,
    object: "event",
    type,
    created: Math.floor(Date.now() / 1000),
    livemode: object.livemode,
    data: { object },
  });
}
