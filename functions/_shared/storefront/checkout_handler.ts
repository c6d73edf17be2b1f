/**
 * Begins a purchase: reserves the items at today's prices, creates the payment at the provider, and answers where to
 * pay. SQL decides what may be bought and for how much (commerce.begin_checkout). Examples: docs/guides/storefront.md;
 * errors: docs/errors.md.
 *
 *     POST /functions/v1/checkout    Idempotency-Key: <a uuid for each purchase>   [Authorization: Bearer <session>]
 *     {"items": [{"sku": "mug", "quantity": 2}], "provider": "stripe", "email": "amina@example.com"}
 *     POST /functions/v1/checkout/cancel    {"checkout_session_id": "…", "token": "…"}
 *
 * Answers 201 for a new checkout, 200 with the same body when the same request is sent again. After an error nothing
 * stays reserved.
 */
import { ApiError } from "../http/api_client.ts";
import { HttpError } from "../http/http_error.ts";
import { jsonBody } from "../http/json_body.ts";
import { ok } from "../http/respond.ts";
import { withTimeout } from "../http/with_timeout.ts";
import { log } from "../platform/log.ts";
import { retryOnDeadlock } from "../platform/retry_deadlock.ts";
import type { FunctionRecord, FunctionValue } from "../platform/rows.ts";
import { edgeRuntime, type Runtime } from "../platform/runtime.ts";
import { sleep } from "../platform/sleep.ts";
import type { Checkout, CreatedPayment, PaymentGateway, RedirectUrls } from "../providers/payment_gateway.ts";
import { PROVIDERS, type ProviderEntry } from "../providers/registry.ts";
import { type Caller, openAuthenticator } from "./authenticate.ts";
import { browserHandler } from "./browser_handler.ts";
import { requireChallenge } from "./challenge.ts";
import { callAsOwner, checkoutAccess, checkoutUnknown, onlyAccessMembers } from "./checkout_access.ts";
import { refusalOf } from "./checkout_refusal.ts";
import { type CheckoutRequest, checkoutRequest, fingerprintOf } from "./checkout_request.ts";
import { clientAddress, networkHash } from "./network_address.ts";
import { resolveRedirectUrls, withCheckoutId } from "./redirect_urls.ts";

export interface CheckoutOptions {
  runtime?: Omit<Runtime, "defer">;
  /** By name. Buyers can pay at those that have a gateway. */
  providers?: Record<string, Pick<ProviderEntry, "gateway">>;
  /**
   * How long a provider may take, in ms. Far below the 30 s for which commerce.begin_checkout keeps others from asking
   * it.
   */
  timeoutMs?: number;
}

/** How long a second call with the same key waits for the first, in ms. */
const IN_PROGRESS_WAIT_MS = 10_000;
/** A provider that does not say when to try again is tried after this. */
const DEFAULT_RETRY_AFTER_MS = 5000;

/** Where and how the buyer pays. */
interface ChosenGateway {
  gateway: PaymentGateway;
  method: string;
}

/** A row of commerce.begin_checkout. `answer` is what the first call with this key was answered. */
type BegunCheckout = FunctionRecord<
  "commerce",
  "begin_checkout",
  {
    outcome: "begun" | "free" | "answered" | "over" | "busy" | "other_request";
    answer: (object & { provider?: unknown }) | null;
    details: Checkout;
  }
> & { token: FunctionValue<"commerce", "checkout_token"> };

export function checkoutHandler({
  runtime = edgeRuntime(),
  providers = PROVIDERS,
  timeoutMs = 10_000,
}: CheckoutOptions = {}) {
  const { database, env } = runtime;
  const authenticate = openAuthenticator(runtime);

  return browserHandler(
    "POST",
    async (request) =>
      /\/cancel\/?$/.test(new URL(request.url).pathname) ? await cancel(request) : await buy(request),
    { endpoint: "checkout", database },
  );

  async function buy(request: Request): Promise<Response> {
    const key = idempotencyKey(request.headers);
    const purchase = checkoutRequest(await jsonBody(request));
    const chosen = purchase.provider === "" ? null : await selectGateway(purchase);
    const redirectUrls = resolveRedirectUrls(env("STOREFRONT_URL"), purchase);
    const caller = await authenticate(request.headers);
    const address = clientAddress(request.headers);
    // An account with a confirmed address is exempt; whoever else has shown nothing yet.
    if (caller.email === null) {
      const answer = { token: purchase.challenge, address, idempotencyKey: key };
      await requireChallenge(env, answer, runtime.ending);
    }

    const network = address === null ? null : await networkHash(address);
    const begun = await beginCheckout(caller, key, purchase, chosen, network);
    if (begun.outcome === "answered" || begun.outcome === "free") {
      const { success_url } = withCheckoutId(begun.details.id, redirectUrls);
      // Nothing is to be paid: the buyer goes on to where others come back to.
      const answer = { ...begun.answer, ...(begun.answer?.provider === "free" && { redirect_url: success_url }) };
      return ok({ ...answer, token: begun.token }, begun.outcome === "free" ? 201 : 200);
    }
    try {
      // SQL refuses a checkout that costs something and names no provider.
      const { gateway, method } = chosen!;
      const answer = await startPayment(begun.details, purchase.provider, gateway, method, redirectUrls);
      return ok({ ...answer, token: begun.token }, 201);
    } catch (error) {
      await undoCheckout(begun.details.id);
      throw error;
    }
  }

  /** Refuses all that can be refused before a checkout is opened. @throws HttpError */
  async function selectGateway({ provider, method, currency }: CheckoutRequest): Promise<ChosenGateway> {
    const gateway = await (Object.hasOwn(providers, provider) ? providers[provider]!.gateway?.() : undefined);
    if (!gateway) {
      const payable = Object.keys(providers).filter((name) => providers[name]!.gateway);
      const message = `There is no provider ${JSON.stringify(provider)} to pay at: choose ${payable.join(", ")}.`;
      throw new HttpError(400, "provider_unknown", message);
    }
    const unset = gateway.requiredEnv.filter((name) => !env(name));
    if (unset.length > 0) {
      const message = `Paying with ${provider} is not set up: ${unset.join(", ")} not set. Offer another way to pay.`;
      throw new HttpError(503, "not_configured", message);
    }
    if (method !== null && !gateway.methods.includes(method)) {
      const message = `${provider} has no method ${JSON.stringify(method)}: choose ${gateway.methods.join(", ")}.`;
      throw new HttpError(400, "method_unknown", message);
    }
    if (gateway.currency !== null && currency !== null && currency !== gateway.currency) {
      const message = `${provider} takes ${gateway.currency} only. Leave currency out, or offer another way to pay.`;
      throw new HttpError(422, "currency_not_payable", message);
    }
    return { gateway, method: method ?? gateway.methods[0]! };
  }

  /** Opens the checkout. If the same call is under way already, waits for its outcome. @throws HttpError */
  async function beginCheckout(
    { userId, email }: Caller,
    key: string,
    purchase: CheckoutRequest,
    chosen: ChosenGateway | null,
    network: string | null,
  ): Promise<BegunCheckout> {
    const address = email ?? purchase.email;
    if (address === null) {
      const message = "Pass email, the buyer's address: a guest's order is found by it.";
      throw new HttpError(400, "email_missing", message);
    }
    const fingerprint = await fingerprintOf(purchase);
    const waitUntil = runtime.now() + IN_PROGRESS_WAIT_MS;
    for (let delayMs = 50; ; delayMs = Math.min(delayMs * 2, 500)) {
      const begun = await retryOnDeadlock(() => call(fingerprint, address)).catch((error) => {
        throw refusalOf(error) ?? error;
      });
      if (begun.outcome === "other_request") {
        const message = "This Idempotency-Key was used for another request. Send a new one with each purchase.";
        throw new HttpError(422, "idempotency_key_reused", message);
      }
      if (begun.outcome === "over") {
        const message = "This checkout was cancelled or has expired. Send a new Idempotency-Key to buy again.";
        throw new HttpError(409, "checkout_over", message);
      }
      if (begun.outcome !== "busy") return begun;
      if (runtime.now() + delayMs > waitUntil || runtime.ending.aborted) {
        const message =
          "The same checkout is being opened. Send the same request again in a moment, with the same Idempotency-Key.";
        throw new HttpError(409, "in_progress", message, { "retry-after": "2" });
      }
      await sleep(delayMs, runtime.ending);
    }

    async function call(fingerprint: string, address: string): Promise<BegunCheckout> {
      const rows = await database.query<BegunCheckout>(
        `select b.outcome, b.answer, b.details, commerce.checkout_token((b.details ->> 'id')::uuid) as token
         from commerce.begin_checkout($1, $2, $3, $4, $5::text::jsonb, $6, $7::uuid, $8, $9::text::jsonb) b`,
        [
          ...[userId ?? "guest", key, fingerprint, address, purchase.items],
          ...[purchase.currency ?? chosen?.gateway.currency ?? null, userId, network, optionsOf(purchase, chosen)],
        ],
      );
      return rows[0]!;
    }
  }

  /** Creates the payment at the provider and records it. Returns the answer for the buyer. @throws HttpError */
  async function startPayment(
    checkout: Checkout,
    provider: string,
    gateway: PaymentGateway,
    method: string,
    redirectUrls: RedirectUrls,
  ): Promise<object> {
    const reason = gateway.unsupportedReason(checkout, method);
    if (reason !== null) throw new HttpError(422, "not_payable", reason);
    const payment = await withTimeout(timeoutMs, runtime.ending, (signal) =>
      gateway.createPayment(env, checkout, withCheckoutId(checkout.id, redirectUrls), method, signal),
    ).catch((error) => {
      // The provider's message may contain the buyer's address, which does not belong into a log.
      const message = error instanceof Error ? error.message : String(error);
      log("error", "a payment could not be started", {
        ...{ provider, method, checkout: checkout.id },
        error: withoutBuyer(message, checkout),
      });
      throw providerUnavailable(provider, error);
    });
    const answer = answerOf(checkout, provider, payment);
    await retryOnDeadlock(() =>
      database.query("select commerce.start_payment($1::uuid, $2, $3, $4, $5::text::jsonb)", [
        ...[checkout.id, provider, payment.kind, payment.ref],
        answer,
      ]),
    );
    return answer;
  }

  /** Releases what a checkout reserved that cannot be paid. If this fails too, the checkout expires by itself. */
  async function undoCheckout(checkoutId: string): Promise<void> {
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
    const body = await jsonBody(request);
    onlyAccessMembers(body);
    const access = checkoutAccess(request.headers, body, await authenticate(request.headers));
    const cancelled = await callAsOwner<string>(database, access, "commerce.cancel_checkout($1::uuid)::text");
    if (cancelled === null) throw checkoutUnknown();
    const statement = "select commerce.payment_status($1::uuid) ->> 'state' as state";
    const [status] = await retryOnDeadlock(() => database.query<{ state: string }>(statement, [access.checkoutId]));
    return ok(status!);
  }
}

/** As commerce.open_checkout takes them. */
function optionsOf(
  { provider, discount_code, shipping_address, shipping_country, recipient_name, recipient_phone }: CheckoutRequest,
  chosen: ChosenGateway | null,
): object {
  return {
    provider: provider || null,
    ...{ discount_code, shipping_address, shipping_country, recipient_name, recipient_phone },
    page_asks: chosen?.gateway.pageAsks?.includes(chosen.method) ?? false,
    page_taxes: chosen?.gateway.pageTaxes?.includes(chosen.method) ?? false,
  };
}

/** The answer for the buyer, without the token and the address, which are not stored in it. */
function answerOf(
  { id, email: _, delivery: __, provider_tax: ___, ...details }: Checkout,
  provider: string,
  { redirect_url, client_secret }: CreatedPayment,
): object {
  return { checkout_session_id: id, state: "open", ...details, provider, redirect_url, client_secret };
}

/** A provider's message without what it may repeat of the buyer. */
function withoutBuyer(message: string, { email, delivery }: Checkout): string {
  const { line1, line2 } = delivery?.address ?? {};
  const personal = [email, line1, line2, delivery?.recipient_name, delivery?.recipient_phone];
  return personal.reduce<string>(
    (words, one) => (one ? words.replaceAll(one, "<the buyer's address>") : words),
    message,
  );
}

function idempotencyKey(headers: Headers): string {
  const key = headers.get("idempotency-key") ?? "";
  if (/^[\x21-\x7e]{16,255}$/.test(key)) return key;
  throw new HttpError(
    400,
    "idempotency_key_missing",
    "Send the header Idempotency-Key: a new uuid (crypto.randomUUID()) for each purchase, " +
      "and the same one when the same purchase is sent again.",
  );
}

/** The provider's own message stays in the log: it is for admins, and may repeat credentials. */
function providerUnavailable(provider: string, error: unknown): HttpError {
  const temporary = error instanceof ApiError && error.temporary;
  const retryAfterMs = (error instanceof ApiError && error.details.retryAfterMs) || DEFAULT_RETRY_AFTER_MS;
  const message = temporary
    ? `${provider} does not answer right now. Nothing was charged and nothing stays reserved: ` +
      "try again in a moment, or offer another way to pay."
    : `${provider} did not accept the payment. Nothing was charged and nothing stays reserved: ` +
      "offer another way to pay. The function's log says why.";
  const headers = { "retry-after": String(Math.ceil(retryAfterMs / 1000)) };
  return new HttpError(temporary ? 503 : 502, "provider_unavailable", message, headers);
}
