/**
 * Stripe's API, by the official SDK: what happened, and how a payment or a checkout stands.
 * The SDK is loaded when something is asked, and not with this file.
 */
import type Stripe from "stripe";
import { ApiError, codeOf, retryAfter } from "../api.ts";
import type { Environment } from "../provider.ts";
import { object } from "../read.ts";

export interface StripeApi {
  /** Events from `since` until `until` that no endpoint has taken yet, newest first, in pages. @throws ApiError */
  undeliveredEvents(since: Date, until: Date): AsyncGenerator<Stripe.Event[]>;
  /** Null when Stripe knows none of this id. @throws ApiError */
  paymentIntent(id: string): Promise<Stripe.PaymentIntent | null>;
  /** Null when Stripe knows none of this id. @throws ApiError */
  checkoutSession(id: string): Promise<Stripe.Checkout.Session | null>;
}

/** `signal` ends whatever is asked. @throws ApiError when there is no API key. */
export async function openStripe(env: Environment, signal?: AbortSignal): Promise<StripeApi> {
  const key = env("STRIPE_API_KEY");
  if (!key) throw new ApiError("unauthorized", "Stripe cannot be asked: STRIPE_API_KEY is not set.");
  const base = (env("STRIPE_BASE_URL") || "https://api.stripe.com").replace(/\/+$/, "");
  const { default: Sdk } = await import("stripe");
  const stripe = new Sdk(key, {
    httpClient: Sdk.createFetchHttpClient(fetchFrom(base, signal)),
    maxNetworkRetries: 2,
    timeout: 10_000,
    telemetry: false,
  });

  /** What the SDK answers, its errors as ours, and no longer than until `signal`: the SDK would still try again after that. */
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

  async function known<T>(path: string, id: string, retrieve: () => Promise<T & { id: string }>): Promise<T | null> {
    const found = await ask(`GET ${path}/${id}`, () =>
      retrieve().catch((error) => {
        // Any other 404 is of a wrong address.
        if (error instanceof Sdk.errors.StripeError && error.statusCode === 404 && error.code === "resource_missing") return null;
        throw error;
      }),
    );
    if (found && found.id !== id) throw new ApiError("unexpected_answer", `stripe: GET ${path}/${id} answered, but not with that`);
    return found;
  }

  return {
    async *undeliveredEvents(since, until) {
      const created = { gte: Math.floor(since.getTime() / 1000), lte: Math.ceil(until.getTime() / 1000) };
      let starting_after: string | undefined;
      do {
        const { data, has_more } = await ask("GET /v1/events", () =>
          stripe.events.list({ delivery_success: false, created, limit: 100, starting_after }),
        );
        if (!Array.isArray(data)) throw new ApiError("unexpected_answer", "stripe: GET /v1/events answered, but not with a list of events");
        yield data;
        starting_after = has_more ? data.at(-1)?.id : undefined;
      } while (starting_after !== undefined);
    },
    paymentIntent: (id) => known("/v1/payment_intents", id, () => stripe.paymentIntents.retrieve(id)),
    checkoutSession: (id) => known("/v1/checkout/sessions", id, () => stripe.checkout.sessions.retrieve(id)),
  };
}

/**
 * The SDK knows a host and no path; takes what comes without Stripe's own error object for a success, whatever its status;
 * and never ends, leaving a rejection that nobody handles, when what comes is JSON but no object.
 */
function fetchFrom(base: string, signal: AbortSignal | undefined): typeof fetch {
  return async (input, init) => {
    const { pathname, search } = new URL(String(input));
    const signals = [init?.signal, signal].filter((one) => one != null);
    const response = await fetch(base + pathname + search, { ...init, redirect: "manual", signal: AbortSignal.any(signals) });
    const text = await response.text();
    const { ok, status, headers } = response;
    if (readable(text, ok)) return new Response(text, { status, headers });
    const message = `${ok ? "not with a JSON object but " : ""}${text.slice(0, 300)}`;
    return new Response(JSON.stringify({ error: { message } }), { status, headers });
  };
}

/** Whether it is JSON of an object, which where there is an error has Stripe's own about it. */
function readable(text: string, ok: boolean): boolean {
  try {
    const answer = JSON.parse(text);
    return object.read(answer) !== undefined && (ok || object.read(answer.error) !== undefined);
  } catch {
    return false;
  }
}

function apiError(what: string, error: unknown, { errors }: typeof Stripe): ApiError {
  if (!(error instanceof errors.StripeError)) return new ApiError("unexpected_answer", `${what}: ${error}`);
  const { message, statusCode: status, headers, detail } = error;
  if (error instanceof errors.StripeConnectionError) {
    return new ApiError("no_answer", `${what}: ${message}${detail instanceof Error ? ` (${detail.message})` : ""}`);
  }
  return new ApiError(codeOf(status ?? 0), `${what} answered ${status}: ${message}`, { status, ...retryAfter(new Headers(headers)) });
}
