/**
 * Begins a purchase: reserves what is to be bought at today's prices, makes the payment at the provider, and tells the buyer where to pay.
 * What may be bought, and for how much, SQL decides (commerce.begin_checkout). docs/guides/storefront.md has examples.
 *
 *     POST /functions/v1/checkout           Idempotency-Key: <a uuid for each purchase>      [Authorization: Bearer <session>]
 *     {"items": [{"sku": "mug", "quantity": 2}], "provider": "stripe", "email": "amina@example.com"}
 *     POST /functions/v1/checkout/cancel    {"checkout_session_id": "…", "token": "…"}
 *
 * Answers: 201 a new checkout, 200 the same as before; 400 not understood; 401 the session is not valid; 404 no such item or checkout;
 * 409 sold out, over already, or the same call is under way; 413; 422 cannot be paid that way; 502 and 503 the provider or the database is away, or
 * not set up. When the answer is an error nothing is left reserved.
 */
import { ApiError } from "../http/api_client.ts";
import { HttpError } from "../http/http_error.ts";
import { jsonBody } from "../http/json_body.ts";
import { ok } from "../http/respond.ts";
import { withTimeout } from "../http/with_timeout.ts";
import { sqlState } from "../platform/database.ts";
import { log } from "../platform/log.ts";
import { retryOnDeadlock } from "../platform/retry_deadlock.ts";
import { edgeRuntime, type Runtime } from "../platform/runtime.ts";
import { sleep } from "../platform/sleep.ts";
import type { Checkout, CreatedPayment, PaymentGateway, RedirectUrls } from "../providers/payment_gateway.ts";
import { PROVIDERS, type ProviderEntry } from "../providers/registry.ts";
import { type Caller, openAuthenticator } from "./authenticate.ts";
import { browserHandler } from "./browser_handler.ts";
import { askedFor, THEIRS } from "./checkout_access.ts";
import { type CheckoutRequest, checkoutRequest, fingerprintOf } from "./checkout_request.ts";
import { redirectUrlsFrom, withCheckoutId } from "./redirect_urls.ts";

export interface CheckoutOptions {
  runtime?: Omit<Runtime, "defer">;
  /** Those with a gateway can be paid at, by name. */
  providers?: Record<string, Pick<ProviderEntry, "gateway">>;
  /** How long a provider may take, in ms. Well below the 30 s for which commerce.begin_checkout lets nobody else ask it. */
  timeoutMs?: number;
}

/** How long a second click waits for the first, in ms. */
const WAIT = 10_000;

/** What commerce.begin_checkout says. */
interface Begun {
  outcome: "begun" | "answered" | "over" | "busy" | "other_request";
  /** What was told before. */
  answer: object | null;
  details: Checkout;
  token: string;
}

export function checkoutHandler({
  runtime = edgeRuntime(),
  providers = PROVIDERS,
  timeoutMs = 10_000,
}: CheckoutOptions = {}) {
  const { database, env } = runtime;
  const callers = openAuthenticator(runtime);

  return browserHandler("POST", async (request) =>
    /\/cancel\/?$/.test(new URL(request.url).pathname) ? await cancel(request) : await buy(request),
  );

  async function buy(request: Request): Promise<Response> {
    const key = idempotencyKey(request.headers);
    const wanted = checkoutRequest(await jsonBody(request));
    const { gateway, method } = await tillFor(wanted);
    const back = redirectUrlsFrom(env("STOREFRONT_URL"), wanted);
    const caller = await callers(request.headers);

    const begun = await begin(caller, key, wanted, gateway);
    if (begun.outcome === "answered") return ok({ ...begun.answer, token: begun.token });
    try {
      const answer = await pay(begun.details, wanted.provider, gateway, method, back);
      return ok({ ...answer, token: begun.token }, 201);
    } catch (error) {
      await undo(begun.details.id);
      throw error;
    }
  }

  /** Asks everything that can be asked before there is a checkout. @throws TurnedAway */
  async function tillFor({
    provider,
    method,
    currency,
  }: CheckoutRequest): Promise<{ gateway: PaymentGateway; method: string }> {
    const gateway = await (Object.hasOwn(providers, provider) ? providers[provider]!.gateway?.() : undefined);
    if (!gateway) {
      const payable = Object.keys(providers).filter((name) => providers[name]!.gateway);
      throw new HttpError(
        400,
        "provider_unknown",
        `There is no provider ${JSON.stringify(provider)} to pay at: choose ${payable.join(", ")}.`,
      );
    }
    const unset = gateway.requiredEnv.filter((name) => !env(name));
    if (unset.length > 0) {
      throw new HttpError(
        503,
        "not_configured",
        `Paying with ${provider} is not set up: ${unset.join(", ")} not set. Offer another way to pay.`,
      );
    }
    if (method !== null && !gateway.methods.includes(method)) {
      throw new HttpError(
        400,
        "method_unknown",
        `${provider} has no method ${JSON.stringify(method)}: choose ${gateway.methods.join(", ")}.`,
      );
    }
    if (gateway.currency !== null && currency !== null && currency !== gateway.currency) {
      throw new HttpError(
        422,
        "currency_not_payable",
        `${provider} takes ${gateway.currency} only. Leave currency out, or offer another way to pay.`,
      );
    }
    return { gateway, method: method ?? gateway.methods[0]! };
  }

  /** Opens the checkout; where the same call is under way already, waits for what becomes of it. @throws TurnedAway */
  async function begin(
    { userId, email }: Caller,
    key: string,
    wanted: CheckoutRequest,
    gateway: PaymentGateway,
  ): Promise<Begun> {
    const address = email ?? wanted.email;
    if (address === null)
      throw new HttpError(400, "email_missing", "Pass email, the buyer's address: a guest's order is found by it.");
    const fingerprint = await fingerprintOf(wanted);
    const until = runtime.now() + WAIT;
    for (let wait = 50; ; wait = Math.min(wait * 2, 500)) {
      const begun = await retryOnDeadlock(() => call(fingerprint, address)).catch((error) => {
        throw refusalOf(error) ?? error;
      });
      if (begun.outcome === "other_request") {
        throw new HttpError(
          422,
          "idempotency_key_reused",
          "This Idempotency-Key was used for another request. Send a new one with each purchase.",
        );
      }
      if (begun.outcome === "over") {
        throw new HttpError(
          409,
          "checkout_over",
          "This purchase was called off, or its time to pay is over. Send a new Idempotency-Key to buy again.",
        );
      }
      if (begun.outcome !== "busy") return begun;
      if (runtime.now() + wait > until || runtime.ending.aborted) {
        const message =
          "The same checkout is being opened. Send the same request again in a moment, with the same Idempotency-Key.";
        throw new HttpError(409, "in_progress", message, { "retry-after": "2" });
      }
      await sleep(wait, runtime.ending);
    }

    async function call(fingerprint: string, address: string): Promise<Begun> {
      const rows = await database.query<Begun>(
        `select b.outcome, b.answer, b.details, commerce.checkout_token((b.details ->> 'id')::uuid) as token
         from commerce.begin_checkout($1, $2, $3, $4, $5::text::jsonb, $6, $7::uuid) b`,
        [userId ?? "guest", key, fingerprint, address, wanted.items, wanted.currency ?? gateway.currency, userId],
      );
      return rows[0]!;
    }
  }

  /** Makes the payment at the provider, and writes it down. @throws TurnedAway */
  async function pay(
    details: Checkout,
    provider: string,
    gateway: PaymentGateway,
    method: string,
    back: RedirectUrls,
  ): Promise<object> {
    const refusal = gateway.unsupportedReason(details);
    if (refusal !== null) throw new HttpError(422, "not_payable", refusal);
    const started = await withTimeout(timeoutMs, runtime.ending, (signal) =>
      gateway.createPayment(env, details, withCheckoutId(details.id, back), method, signal),
    ).catch((error) => {
      // A provider may repeat the buyer's address, and a log is no place for it.
      const why = (error instanceof Error ? error.message : String(error)).replaceAll(
        details.email,
        "<the buyer's address>",
      );
      log("error", "a payment could not be started", { provider, method, checkout: details.id, error: why });
      throw unavailable(provider, error);
    });
    const answer = answerOf(details, provider, started);
    await retryOnDeadlock(() =>
      database.query("select commerce.start_payment($1::uuid, $2, $3, $4, $5::text::jsonb)", [
        ...[details.id, provider, started.kind, started.ref],
        answer,
      ]),
    );
    return answer;
  }

  /** What could not be paid is not kept from others. Should this fail too, the checkout expires by itself. */
  async function undo(checkoutId: string): Promise<void> {
    try {
      await retryOnDeadlock(() => database.query("select commerce.undo_checkout($1::uuid)", [checkoutId]));
    } catch (error) {
      log("error", "a checkout that cannot be paid could not be undone; it expires by itself", {
        checkout: checkoutId,
        error,
      });
    }
  }

  async function cancel(request: Request): Promise<Response> {
    const { values, unknown } = askedFor(request.headers, await jsonBody(request), await callers(request.headers));
    const cancelling = `select case when ${THEIRS} then commerce.cancel_checkout($1::uuid) end::text as found`;
    const [cancelled] = await retryOnDeadlock(() => database.query<{ found: string | null }>(cancelling, values));
    if (!cancelled!.found) throw unknown;
    const reading = "select commerce.payment_status($1::uuid) ->> 'state' as state";
    const [now] = await retryOnDeadlock(() => database.query<{ state: string }>(reading, values));
    return ok(now!);
  }
}

/** What the buyer is told, but for the token, which is not stored. */
function answerOf(
  { id, email: _, ...details }: Checkout,
  provider: string,
  { redirect_url, client_secret }: CreatedPayment,
): object {
  return { checkout_session_id: id, state: "open", ...details, provider, redirect_url, client_secret };
}

function idempotencyKey(headers: Headers): string {
  const key = headers.get("idempotency-key") ?? "";
  if (/^[\x21-\x7e]{16,255}$/.test(key)) return key;
  throw new HttpError(
    400,
    "idempotency_key_missing",
    "Send the header Idempotency-Key: a new uuid (crypto.randomUUID()) for each purchase, and the same one when the same purchase is sent again.",
  );
}

/** Errors of commerce.open_checkout that are about the way to pay, and not about what was sent. */
const UNPAYABLE = ["mixed_currencies", "not_sold_in_currency"];
const STATUS: Record<string, number> = { "22023": 400, P0002: 404, P0001: 409 };

/** What SQL says against a checkout: its words, and nothing that Postgres itself might add. Null: something else went wrong. */
function refusalOf(error: unknown): HttpError | null {
  const state = sqlState(error) ?? "";
  const { message, detail, hint } = error as { message: string; detail?: string; hint?: string };
  if (!STATUS[state] || !/^[a-z_]+$/.test(detail ?? "")) return null;
  const said = `${message.charAt(0).toUpperCase()}${message.slice(1)}.${hint ? ` ${hint}` : ""}`;
  return new HttpError(UNPAYABLE.includes(detail!) ? 422 : STATUS[state], detail!, said);
}

/** The provider's own words stay in the log: they are for us, and may repeat what we sent. */
function unavailable(provider: string, error: unknown): HttpError {
  const again = error instanceof ApiError && error.temporary;
  const seconds = Math.ceil(((error instanceof ApiError && error.details.retryAfterMs) || 5000) / 1000);
  const message = again
    ? `${provider} does not answer right now. Nothing was charged or kept reserved: try again in a moment, or offer another way to pay.`
    : `${provider} did not take the payment on. Nothing was charged or kept reserved: offer another way to pay. The function's log says why.`;
  return new HttpError(again ? 503 : 502, "provider_unavailable", message, { "retry-after": String(seconds) });
}
