/**
 * Begins a purchase: reserves what is to be bought at today's prices, makes the payment at the provider, and tells the buyer where to pay.
 * What may be bought, and for how much, SQL decides (commerce.begin_checkout). docs/storefront.md has examples.
 *
 *     POST /functions/v1/checkout           Idempotency-Key: <a uuid for each purchase>      [Authorization: Bearer <session>]
 *     {"items": [{"sku": "mug", "quantity": 2}], "provider": "stripe", "email": "amina@example.com"}
 *     POST /functions/v1/checkout/cancel    {"checkout_session_id": "…", "token": "…"}
 *
 * Answers: 201 a new checkout, 200 the same as before; 400 not understood; 401 the session is not valid; 404 no such item or checkout;
 * 409 sold out, over already, or the same call is under way; 413; 422 cannot be paid that way; 502 and 503 the provider or the database is away, or
 * not set up. When the answer is an error nothing is left reserved.
 */
import { ApiError } from "../api.ts";
import { sqlState } from "../database.ts";
import { untied } from "../deadlock.ts";
import { log } from "../log.ts";
import { withPatience } from "../patience.ts";
import { pause } from "../pause.ts";
import { ok } from "../respond.ts";
import { edgeRuntime, type Runtime } from "../runtime.ts";
import { type Checkout, type ComeBack, type Started, TILLS, type Till } from "../till.ts";
import { type Caller, openCallers } from "./caller.ts";
import { type CheckoutRequest, checkoutRequest, fingerprintOf } from "./checkout_request.ts";
import { comeBackOf, naming } from "./come_back.ts";
import { forBrowsers } from "./cors.ts";
import { jsonBody } from "./json_body.ts";
import { askedFor, THEIRS } from "./theirs.ts";
import { TurnedAway } from "./turned_away.ts";

export interface CheckoutOptions {
  runtime?: Omit<Runtime, "defer">;
  tills?: typeof TILLS;
  /** How long a provider may take, in ms. Well below the 30 s for which commerce.begin_checkout lets nobody else ask it. */
  patience?: number;
}

/** How long a second click waits for the first, in ms. */
const WAIT = 10_000;

/** What commerce.begin_checkout says. */
interface Begun {
  outcome: "begun" | "answered" | "over" | "busy" | "other_request";
  checkout_session_id: string;
  /** What was told before. */
  answer: object | null;
  details: Checkout;
  token: string;
}

export function checkout({ runtime = edgeRuntime(), tills = TILLS, patience = 10_000 }: CheckoutOptions = {}) {
  const { database, env } = runtime;
  const callers = openCallers(runtime);

  return forBrowsers("POST", async (request) =>
    /\/cancel\/?$/.test(new URL(request.url).pathname) ? await cancel(request) : await buy(request),
  );

  async function buy(request: Request): Promise<Response> {
    const key = idempotencyKey(request.headers);
    const wanted = checkoutRequest(await jsonBody(request));
    const { till, method } = await tillFor(wanted);
    const back = comeBackOf(env("STOREFRONT_URL"), wanted);
    const caller = await callers(request.headers);

    const begun = await begin(caller, key, wanted, till);
    if (begun.outcome === "answered") return ok({ ...begun.answer, token: begun.token });
    try {
      const answer = await pay(begun.details, wanted.provider, till, method, back);
      return ok({ ...answer, token: begun.token }, 201);
    } catch (error) {
      await undo(begun.checkout_session_id);
      throw error;
    }
  }

  /** Asks everything that can be asked before there is a checkout. @throws TurnedAway */
  async function tillFor({ provider, method, currency }: CheckoutRequest): Promise<{ till: Till; method: string }> {
    if (!Object.hasOwn(tills, provider)) {
      throw new TurnedAway(
        400,
        "provider_unknown",
        `There is no provider ${JSON.stringify(provider)}: choose ${Object.keys(tills).join(", ")}.`,
      );
    }
    const till = await tills[provider]!();
    const unset = till.needs.filter((name) => !env(name));
    if (unset.length > 0) {
      throw new TurnedAway(
        503,
        "not_configured",
        `Paying with ${provider} is not set up: ${unset.join(", ")} not set. Offer another way to pay.`,
      );
    }
    if (method !== null && !till.methods.includes(method)) {
      throw new TurnedAway(
        400,
        "method_unknown",
        `${provider} has no method ${JSON.stringify(method)}: choose ${till.methods.join(", ")}.`,
      );
    }
    if (till.currency !== null && currency !== null && currency !== till.currency) {
      throw new TurnedAway(
        422,
        "currency_not_payable",
        `${provider} takes ${till.currency} only. Leave currency out, or offer another way to pay.`,
      );
    }
    return { till, method: method ?? till.methods[0]! };
  }

  /** Opens the checkout; where the same call is under way already, waits for what becomes of it. @throws TurnedAway */
  async function begin({ userId, email }: Caller, key: string, wanted: CheckoutRequest, till: Till): Promise<Begun> {
    const address = email ?? wanted.email;
    if (address === null) throw new TurnedAway(400, "email_missing", "Pass email, the buyer's address: a guest's order is found by it.");
    const fingerprint = await fingerprintOf(wanted);
    const until = runtime.now() + WAIT;
    for (let wait = 50; ; wait = Math.min(wait * 2, 500)) {
      const begun = await untied(() => call(fingerprint, address)).catch((error) => {
        throw refusalOf(error) ?? error;
      });
      if (begun.outcome === "other_request") {
        throw new TurnedAway(
          422,
          "idempotency_key_reused",
          "This Idempotency-Key was used for another request. Send a new one with each purchase.",
        );
      }
      if (begun.outcome === "over") {
        throw new TurnedAway(
          409,
          "checkout_over",
          "This purchase was called off, or its time to pay is over. Send a new Idempotency-Key to buy again.",
        );
      }
      if (begun.outcome !== "busy") return begun;
      if (runtime.now() + wait > until || runtime.ending.aborted) {
        const message = "The same checkout is being opened. Send the same request again in a moment, with the same Idempotency-Key.";
        throw new TurnedAway(409, "in_progress", message, { "retry-after": "2" });
      }
      await pause(wait, runtime.ending);
    }

    async function call(fingerprint: string, address: string): Promise<Begun> {
      const rows = await database.query<Begun>(
        `select b.*, commerce.checkout_token(b.checkout_session_id) as token
         from commerce.begin_checkout($1, $2, $3, $4, $5::text::jsonb, $6, $7::uuid) b`,
        [userId ?? "guest", key, fingerprint, address, wanted.items, wanted.currency ?? till.currency, userId],
      );
      return rows[0]!;
    }
  }

  /** Makes the payment at the provider, and writes it down. @throws TurnedAway */
  async function pay(details: Checkout, provider: string, till: Till, method: string, back: ComeBack): Promise<object> {
    const refusal = till.refusal(details);
    if (refusal !== null) throw new TurnedAway(422, "not_payable", refusal);
    const started = await withPatience(patience, runtime.ending, (signal) =>
      till.start(env, details, naming(details.id, back), method, signal),
    ).catch((error) => {
      // A provider may repeat the buyer's address, and a log is no place for it.
      const why = (error instanceof Error ? error.message : String(error)).replaceAll(details.email, "<the buyer's address>");
      log("error", "a payment could not be started", { provider, method, checkout: details.id, error: why });
      throw unavailable(provider, error);
    });
    const answer = answerOf(details, provider, started);
    await untied(() =>
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
      await untied(() => database.query("select commerce.undo_checkout($1::uuid)", [checkoutId]));
    } catch (error) {
      log("error", "a checkout that cannot be paid could not be undone; it expires by itself", { checkout: checkoutId, error });
    }
  }

  async function cancel(request: Request): Promise<Response> {
    const { values, unknown } = askedFor(request.headers, await jsonBody(request), await callers(request.headers));
    const cancelling = `select case when ${THEIRS} then commerce.cancel_checkout($1::uuid) end::text as found`;
    const [cancelled] = await untied(() => database.query<{ found: string | null }>(cancelling, values));
    if (!cancelled!.found) throw unknown;
    const reading = "select commerce.payment_status($1::uuid) ->> 'state' as state";
    const [now] = await untied(() => database.query<{ state: string }>(reading, values));
    return ok(now!);
  }
}

/** What the buyer is told, but for the token, which is not stored. */
function answerOf({ id, email: _, ...details }: Checkout, provider: string, { redirect_url, client_secret }: Started): object {
  return { checkout_session_id: id, state: "open", ...details, provider, redirect_url, client_secret };
}

function idempotencyKey(headers: Headers): string {
  const key = headers.get("idempotency-key") ?? "";
  if (/^[\x21-\x7e]{16,255}$/.test(key)) return key;
  throw new TurnedAway(
    400,
    "idempotency_key_missing",
    "Send the header Idempotency-Key: a new uuid (crypto.randomUUID()) for each purchase, and the same one when the same purchase is sent again.",
  );
}

/** Errors of commerce.open_checkout that are about the way to pay, and not about what was sent. */
const UNPAYABLE = ["mixed_currencies", "not_sold_in_currency"];
const STATUS: Record<string, number> = { "22023": 400, P0002: 404, P0001: 409 };

/** What SQL says against a checkout: its words, and nothing that Postgres itself might add. Null: something else went wrong. */
function refusalOf(error: unknown): TurnedAway | null {
  const state = sqlState(error) ?? "";
  const { message, detail, hint } = error as { message: string; detail?: string; hint?: string };
  if (!STATUS[state] || !/^[a-z_]+$/.test(detail ?? "")) return null;
  const said = `${message.charAt(0).toUpperCase()}${message.slice(1)}.${hint ? ` ${hint}` : ""}`;
  return new TurnedAway(UNPAYABLE.includes(detail!) ? 422 : STATUS[state], detail!, said);
}

/** The provider's own words stay in the log: they are for us, and may repeat what we sent. */
function unavailable(provider: string, error: unknown): TurnedAway {
  const again = error instanceof ApiError && error.temporary;
  const seconds = Math.ceil(((error instanceof ApiError && error.details.retryAfterMs) || 5000) / 1000);
  const message = again
    ? `${provider} does not answer right now. Nothing was charged or kept reserved: try again in a moment, or offer another way to pay.`
    : `${provider} did not take the payment on. Nothing was charged or kept reserved: offer another way to pay. The function's log says why.`;
  return new TurnedAway(again ? 503 : 502, "provider_unavailable", message, { "retry-after": String(seconds) });
}
