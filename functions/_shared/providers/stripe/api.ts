/**
 * Stripe's API, by the official SDK: past events, the status of a payment or a checkout, creating and cancelling one,
 * and refunds. The SDK is loaded by the first call, and not with this file.
 */
import type Stripe from "stripe";
import { id as anId, object } from "../../facts/json_reader.ts";
import { ApiError, answerOf, baseOf, codeOf, retryAfter } from "../../http/api_client.ts";
import { errorKinds, networkError } from "../../http/network_error.ts";
import type { Environment } from "../../platform/environment.ts";
import { messageOf, type ProviderMessage } from "../provider_history.ts";

/** The variables that must be set before the API can be called. */
export const STRIPE_REQUIRED_ENV = ["STRIPE_API_KEY"] as const;

/**
 * The version of the API that calls are answered in, and that this SDK's types are of. Webhooks have their endpoint's
 * own.
 */
const VERSION = "2026-10-28.endive";

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
export async function openStripe(env: Environment, signal?: AbortSignal): Promise<StripeApi> {
  const key = env("STRIPE_API_KEY");
  if (!key) throw new ApiError("unauthorized", "Stripe cannot be asked: STRIPE_API_KEY is not set.");
  const base = baseOf(env, "STRIPE_BASE_URL", "https://api.stripe.com");
  const { default: Sdk } = await import("stripe");
  const stripe = new Sdk(key, {
    apiVersion: VERSION,
    httpClient: Sdk.createFetchHttpClient(fetchFrom(base, signal)),
    maxNetworkRetries: 2,
    timeout: 10_000,
    telemetry: false,
  });

  /**
   * Calls the SDK, with its errors as ours, and no longer than until `signal`: the SDK itself would try again after
   * that.
   */
  function ask<T>(what: string, call: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = () => reject(new ApiError("no_answer", `stripe: ${what}: given up`));
      if (signal?.aborted) return giveUp();
      signal?.addEventListener("abort", giveUp);
      call()
        .then(resolve, (error) => reject(apiError(`stripe: ${what}`, error, Sdk)))
        .finally(() => signal?.removeEventListener("abort", giveUp));
    });
  }

  async function retrieved<T>(
    path: string,
    id: string,
    retrieve: () => Promise<T & { id: string }>,
  ): Promise<T | null> {
    const found = await ask(`GET ${path}/${id}`, () =>
      retrieve().catch((error) => {
        // Any other 404 means a wrong address.
        if (error instanceof Sdk.errors.StripeError && error.statusCode === 404 && error.code === "resource_missing")
          return null;
        throw error;
      }),
    );
    if (found && found.id !== id)
      throw new ApiError("unexpected_answer", `stripe: GET ${path}/${id} answered, but not with that`);
    return found;
  }

  async function posted<T extends { id: string }>(path: string, post: () => Promise<T>): Promise<T> {
    const object = await ask(`POST ${path}`, post);
    if (!anId.read(object.id))
      throw new ApiError("unexpected_answer", `stripe: POST ${path} answered, but not with an object that has an id`);
    return object;
  }

  return {
    async *undeliveredEvents(since, until) {
      const created = { gte: Math.floor(since.getTime() / 1000), lte: Math.ceil(until.getTime() / 1000) };
      let starting_after: string | undefined;
      do {
        const { data, has_more } = await ask("GET /v1/events", () =>
          stripe.events.list({ delivery_success: false, created, limit: 100, starting_after }),
        );
        mustBeList("/v1/events", data);
        yield data;
        starting_after = has_more ? data.at(-1)?.id : undefined;
      } while (starting_after !== undefined);
    },
    paymentIntent: (id) => retrieved("/v1/payment_intents", id, () => stripe.paymentIntents.retrieve(id)),
    async object(kind, id) {
      const ways: Record<typeof kind, [path: string, retrieve: () => Promise<{ id: string; deleted?: unknown }>]> = {
        membership: ["/v1/subscriptions", () => stripe.subscriptions.retrieve(id)],
        customer: ["/v1/customers", () => stripe.customers.retrieve(id)],
        product: ["/v1/products", () => stripe.products.retrieve(id)],
        dispute: ["/v1/disputes", () => stripe.disputes.retrieve(id)],
      };
      const [path, retrieve] = ways[kind];
      const found = await retrieved<{ deleted?: unknown }>(path, id, retrieve);
      return found?.deleted ? null : (found as { id: string } | null);
    },
    checkoutSession: (id) => retrieved("/v1/checkout/sessions", id, () => stripe.checkout.sessions.retrieve(id)),
    createCheckoutSession: (params, key) =>
      posted("/v1/checkout/sessions", () => stripe.checkout.sessions.create(params, { idempotencyKey: key })),
    createPaymentIntent: (params, key) =>
      posted("/v1/payment_intents", () => stripe.paymentIntents.create(params, { idempotencyKey: key })),
    async expireCheckoutSession(id) {
      await posted(`/v1/checkout/sessions/${id}/expire`, () => stripe.checkout.sessions.expire(id));
    },
    async cancelPaymentIntent(id) {
      await posted(`/v1/payment_intents/${id}/cancel`, () => stripe.paymentIntents.cancel(id));
    },
    async refunds(of) {
      const { data } = await ask("GET /v1/refunds", () => stripe.refunds.list({ ...of, limit: 100 }));
      mustBeList("/v1/refunds", data);
      return data;
    },
    createRefund: (params, key) => posted("/v1/refunds", () => stripe.refunds.create(params, { idempotencyKey: key })),
  };
}

function mustBeList(path: string, data: unknown): void {
  if (!Array.isArray(data))
    throw new ApiError("unexpected_answer", `stripe: GET ${path} answered, but not with a list`);
}

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

/**
 * Guards the SDK, which takes a host and no path; takes an answer without Stripe's own error object for a success,
 * whatever its status; and never settles, leaving an unhandled rejection, when an answer is JSON but no object. So an
 * answer is parsed here, and once more there.
 */
function fetchFrom(base: string, signal: AbortSignal | undefined): typeof fetch {
  return async (input, init) => {
    const { pathname, search } = new URL(String(input));
    const signals = [init?.signal, signal].filter((one) => one != null);
    const response = await fetch(base + pathname + search, {
      ...init,
      redirect: "manual",
      signal: AbortSignal.any(signals),
    });
    const text = await answerOf(response, `stripe: ${pathname}`);
    const { ok, status, headers } = response;
    if (readable(text, ok)) return new Response(text, { status, headers });
    const message = `${ok ? "not with a JSON object but " : ""}${text.slice(0, 300)}`;
    return new Response(JSON.stringify({ error: { message } }), { status, headers });
  };
}

/** Whether it is JSON of an object, and, where the status is an error, has Stripe's own error object. */
function readable(text: string, ok: boolean): boolean {
  try {
    const answer = JSON.parse(text);
    return object.read(answer) !== undefined && (ok || object.read(answer.error) !== undefined);
  } catch {
    return false;
  }
}

function apiError(what: string, error: unknown, { errors }: typeof Stripe): ApiError {
  // The runtime's own texts are not passed on: they contain addresses and header values.
  if (error instanceof ApiError) return error;
  if (!(error instanceof errors.StripeError))
    return new ApiError("unexpected_answer", `${what}: the SDK failed (${errorKinds(error)})`);
  const { message, statusCode: status, headers, detail, code: issue } = error;
  if (error instanceof errors.StripeConnectionError) {
    const why = detail instanceof ApiError ? detail.message : `could not be reached: ${networkError(detail ?? error)}`;
    return new ApiError("no_answer", `${what}: ${why}`);
  }
  return new ApiError(codeOf(status ?? 0), `${what} answered ${status}: ${message}`, {
    status,
    issue,
    ...retryAfter(new Headers(headers)),
  });
}
