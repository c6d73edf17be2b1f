/**
 * The calls of PayPal's REST API that we need: orders, captures, refunds, past events, and the check of a webhook's
 * signature.
 */

import { id, isoTime, items, Json, payPageLink, text } from "../../facts/json_reader.ts";
import { type ApiAnswer, type ApiCall, ApiError, baseOf, openApi } from "../../http/api_client.ts";
import type { Environment } from "../../platform/environment.ts";
import type { ProviderMessage } from "../provider_history.ts";
import type { Signed } from "./signed.ts";

/** The variables that must be set before the API can be called. */
export const PAYPAL_REQUIRED_ENV = ["PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET"] as const;

const LIVE = "https://api-m.paypal.com";
const EVENTS = "/v1/notifications/webhooks-events";

/** An order that waits for its buyer's approval. */
export interface CreatedOrder {
  id: string;
  /** Where the buyer approves it. */
  approveAt: string;
}

/** One page of a list of events. */
export interface EventPage {
  events: unknown[];
  /** Where the next page is; null on the last one. */
  next: string | null;
}

export interface PaypalApi {
  /** Called again with the same `requestId`, returns the same order, for some hours. */
  createOrder(order: object, requestId: string, signal?: AbortSignal): Promise<CreatedOrder>;
  getOrder(orderId: string, signal?: AbortSignal): Promise<ApiAnswer>;
  getCapture(captureId: string, signal?: AbortSignal): Promise<ApiAnswer>;
  getDispute(disputeId: string, signal?: AbortSignal): Promise<ApiAnswer>;
  /** Captures an approved order. The same `requestId` captures it once, however often it is called. */
  captureOrder(orderId: string, requestId: string, signal?: AbortSignal): Promise<ApiAnswer>;
  /** Refunds a capture, in part or in whole. The same `requestId` refunds it once, for 45 days. */
  refundCapture(captureId: string, refund: object, requestId: string, signal?: AbortSignal): Promise<ApiAnswer>;
  /**
   * The events of all webhooks of the app, as far back as PayPal keeps them (30 days). `next`: from the page before.
   */
  listEvents(since: Date, until: Date, next: string | null, signal?: AbortSignal): Promise<EventPage>;
  /** An event as PayPal sent it, for as long as PayPal keeps it (30 days). */
  getEvent(eventId: string, signal?: AbortSignal): Promise<ApiAnswer>;
  /**
   * Whether PayPal signed `event`, which is inserted as its raw text: PayPal compares the text, and no two serializers
   * write the same.
   */
  verifySignature(signed: Signed, webhookId: string, event: string, signal?: AbortSignal): Promise<boolean>;
}

/** Any call of the API, with the app's token, and once more with a new one where that was revoked. */
export type CallPaypal = (method: "get" | "post" | "patch", path: string, options?: ApiCall) => Promise<ApiAnswer>;

/** Every call throws ApiError when it fails. @throws ApiError when there are no credentials. */
export function connectPaypal(env: Environment): CallPaypal {
  const clientId = env("PAYPAL_CLIENT_ID");
  const secret = env("PAYPAL_CLIENT_SECRET");
  if (!clientId || !secret)
    throw new ApiError(
      "unauthorized",
      `PayPal cannot be asked: ${PAYPAL_REQUIRED_ENV.join(" and ")} are not both set.`,
    );
  const base = baseOf(env, "PAYPAL_BASE_URL", LIVE);
  const tokens = tokensOf(base, clientId, secret);
  const api = openApi({ name: "paypal", base, headers: {} });

  return async (method, path, options = {}) => {
    for (let tries = 1; ; tries++) {
      const token = await orGivenUp(tokens.get(), options.signal);
      try {
        return await api[method](path, {
          ...options,
          headers: { ...options.headers, authorization: `Bearer ${token}` },
        });
      } catch (error) {
        if (tries > 1 || !(error instanceof ApiError) || error.details.status !== 401) throw error;
        tokens.forget(token); // revoked before it expired
      }
    }
  };
}

/** Every call throws ApiError when it fails. @throws ApiError when there are no credentials. */
export function openPaypal(env: Environment): PaypalApi {
  const call = connectPaypal(env);

  const posted = async (path: string, body: object, requestId: string, signal?: AbortSignal) =>
    await call("post", path, {
      body,
      headers: { "paypal-request-id": requestId, prefer: "return=representation" },
      idempotent: true,
      signal,
    });

  return {
    async createOrder(request, requestId, signal) {
      const { json } = await posted("/v2/checkout/orders", request, requestId, signal);
      return shaped("POST /v2/checkout/orders", () => {
        const order = new Json(json);
        const links = order.each("links");
        // With a payment_source it is "payer-action"; without one it was "approve".
        const approval = ["payer-action", "approve"]
          .map((rel) => links.find((one) => one.at("rel").value === rel))
          .find(Boolean);
        if (!approval) throw order.at("links").unexpected("a link for the buyer");
        return { id: order.get(id, "id"), approveAt: approval.get(payPageLink(2000), "href") };
      });
    },

    getOrder: async (orderId, signal) =>
      about(orderId, await call("get", `/v2/checkout/orders/${segment(orderId)}`, { signal })),
    getCapture: async (captureId, signal) =>
      about(captureId, await call("get", `/v2/payments/captures/${segment(captureId)}`, { signal })),
    getDispute: async (disputeId, signal) =>
      about(disputeId, await call("get", `/v1/customer/disputes/${segment(disputeId)}`, { signal }), {
        idPath: "dispute_id",
      }),

    // Captured or not, an answer without an id shows no capture: the order is asked about then.
    captureOrder: async (orderId, requestId, signal) =>
      about(orderId, await posted(`/v2/checkout/orders/${segment(orderId)}/capture`, {}, requestId, signal), {
        mayLackId: true,
      }),

    refundCapture: async (captureId, refund, requestId, signal) =>
      await posted(`/v2/payments/captures/${segment(captureId)}/refund`, refund, requestId, signal),

    async listEvents(since, until, next, signal) {
      const query =
        next === null ? { start_time: since.toISOString(), end_time: until.toISOString(), page_size: 100 } : {};
      const { json } = await call("get", next ?? EVENTS, { query, signal });
      return shaped(`GET ${EVENTS}`, () => {
        const list = new Json(json);
        const events = list.at("count").value === 0 ? (list.maybe(items, "events") ?? []) : list.get(items, "events");
        const link = list.each("links").find((one) => one.at("rel").value === "next");
        return { events, next: link ? nextPath(link.get(text(2000), "href")) : null };
      });
    },

    getEvent: async (eventId, signal) =>
      about(eventId, await call("get", `${EVENTS}/${encodeURIComponent(eventId)}`, { signal })),

    async verifySignature(signed, webhookId, event, signal) {
      const question = JSON.stringify({ ...signed, webhook_id: webhookId });
      const { json } = await call("post", "/v1/notifications/verify-webhook-signature", {
        body: `${question.slice(0, -1)},"webhook_event":${event}}`,
        headers: { "content-type": "application/json" },
        idempotent: true,
        signal,
      });
      const status = new Json(json).at("verification_status").value;
      if (status === "SUCCESS") return true;
      if (status === "FAILURE") return false;
      throw new ApiError("unexpected_answer", "paypal: verify-webhook-signature answered neither SUCCESS nor FAILURE");
    },
  };
}

/** The answer, which must be about the object that was asked for: what it says is believed. */
function about(ref: string, answer: ApiAnswer, { idPath = "id", mayLackId = false } = {}): ApiAnswer {
  const found = new Json(answer.json).at(idPath).value;
  if (found === ref || (found === undefined && mayLackId)) return answer;
  const what = found === undefined ? "got an answer without an id" : "was told of another";
  throw new ApiError("unexpected_answer", `paypal: asked about ${ref}, and ${what}`);
}

/** Only letters, digits and hyphens (of a dispute, PP-D-1) go into a path, wherever the id is from. */
function segment(ref: string): string {
  if (!/^[A-Za-z0-9-]{1,255}$/.test(ref))
    throw new ApiError("refused", `paypal: ${JSON.stringify(ref.slice(0, 60))} is no id of PayPal's`);
  return ref;
}

/** The path of PayPal's link to the next page. Its host is ignored: our token goes only to the host that we call. */
function nextPath(href: string): string {
  const { pathname, search } = new URL(href, LIVE);
  if (!pathname.endsWith(EVENTS))
    throw new Error(`links.next: expected an address of ${EVENTS}, found ${pathname.slice(0, 60)}`);
  return EVENTS + search;
}

function shaped<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ApiError(
      "unexpected_answer",
      `paypal: ${what} answered another shape than is documented: ${(error as Error).message}`,
    );
  }
}

interface Tokens {
  get(): Promise<string>;
  forget(token: string): void;
}

const opened = new Map<string, Tokens>();

/**
 * The access tokens of one app: each is used until shortly before it expires, and requested once, however many calls
 * wait for it.
 */
function tokensOf(base: string, clientId: string, secret: string): Tokens {
  const name = JSON.stringify([base, clientId, secret]);
  const known = opened.get(name);
  if (known) return known;

  const authorization = `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${clientId}:${secret}`)))}`;
  const api = openApi({
    name: "paypal",
    base,
    timeout: 3000,
    headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
  });
  let current: { token: Promise<string>; value?: string; until: number } | undefined;

  async function ask(): Promise<string> {
    const requested = { until: Number.POSITIVE_INFINITY } as NonNullable<typeof current>;
    requested.token = (async () => {
      const { json } = await api.post("/v1/oauth2/token", { body: "grant_type=client_credentials", idempotent: true });
      return shaped("POST /v1/oauth2/token", () => {
        const answer = new Json(json);
        const seconds = answer.at("expires_in").value;
        requested.until = Date.now() + Math.max(0, (typeof seconds === "number" ? seconds : 0) - 60) * 1000;
        requested.value = answer.get(text(10_000), "access_token");
        return requested.value;
      });
    })();
    current = requested;
    try {
      return await requested.token;
    } catch (error) {
      if (current === requested) current = undefined;
      throw error;
    }
  }

  const tokens: Tokens = {
    get: () => (current && Date.now() < current.until ? current.token : ask()),
    forget: (token) => {
      if (current?.value === token) current = undefined;
    },
  };
  if (opened.size >= 20) opened.clear();
  opened.set(name, tokens);
  return tokens;
}

/** A token is shared: a call that gives up stops waiting for it, and the request for it goes on. */
async function orGivenUp(token: Promise<string>, signal?: AbortSignal): Promise<string> {
  if (!signal) return await token;
  return await Promise.race([
    token,
    new Promise<never>((_, reject) => {
      const giveUp = () => reject(new ApiError("no_answer", "paypal: POST /v1/oauth2/token: given up"));
      if (signal.aborted) giveUp();
      signal.addEventListener("abort", giveUp, { once: true });
    }),
  ]);
}

/** Why PayPal did not say whether it signed a message; null when it refused to check it because of what it holds. */
export function whyUnverified(error: unknown): string | null {
  return error instanceof ApiError && error.code === "refused" ? null : (error as Error).message;
}

/** What PayPal says is wrong, in its own words: `INSTRUMENT_DECLINED`, and a sentence. */
export function issueOf(error: ApiError): { issue: string; description: string } {
  let problem: Json;
  try {
    problem = new Json(JSON.parse(error.details.body ?? ""));
  } catch {
    problem = new Json(undefined);
  }
  const word = (...paths: string[]) =>
    paths.map((path) => problem.at(path).value).find((value) => typeof value === "string" && value !== "");
  return {
    issue: String(word("details.0.issue", "name", "error") ?? error.code),
    description: String(word("details.0.description", "message", "error_description") ?? error.message).slice(0, 500),
  };
}

/**
 * An error as an admin should read it: a permanent one in PayPal's words, and with what can be done (`advice` by
 * PayPal's word, or under ""). A 403 is permanent too: it is about this call, and not about our credentials.
 */
export function withAdvice(error: unknown, what: string, advice: Record<string, string>): unknown {
  if (!(error instanceof ApiError) || error.temporary) return error;
  const { status } = error.details;
  if ((error.code === "unauthorized" && status !== 403) || status === 409) return error;
  const { issue, description } = issueOf(error);
  return new ApiError(
    "refused",
    `PayPal will not ${what}: ${issue}: ${description} ${advice[issue] ?? advice[""] ?? ""}`.trim(),
    {
      ...error.details,
      issue,
    },
  );
}

const CAPTURE_EVENTS: Record<string, string> = {
  COMPLETED: "COMPLETED",
  PARTIALLY_REFUNDED: "COMPLETED",
  REFUNDED: "COMPLETED",
  FAILED: "DECLINED",
};

/** An order as it is now, in the shape of the webhook about it. The event's id changes with the order's status only. */
export function orderAsEvent(answer: ApiAnswer): ProviderMessage {
  return asEvent(answer, "checkout-order", (order, status) => {
    const captures = order.each("purchase_units").flatMap((unit) => unit.each("payments.captures"));
    const states = [status, ...captures.map((capture) => capture.get(id, "status"))];
    return { id: `confirmed:order:${order.get(id, "id")}:${states.join(":")}`, event_type: `CHECKOUT.ORDER.${status}` };
  });
}

/** A capture as it is now, in the shape of the webhook about it. */
export function captureAsEvent(answer: ApiAnswer): ProviderMessage {
  return asEvent(answer, "capture", (capture, status) => ({
    id: `confirmed:capture:${capture.get(id, "id")}:${status}`,
    event_type: `PAYMENT.CAPTURE.${CAPTURE_EVENTS[status] ?? status}`,
  }));
}

/** A refund as it is now, in the shape of the webhook about it. */
export function refundAsEvent(answer: ApiAnswer): ProviderMessage {
  return asEvent(answer, "refund", (refund, status) => ({
    id: `confirmed:refund:${refund.get(id, "id")}:${status}`,
    event_type: status === "COMPLETED" ? "PAYMENT.CAPTURE.REFUNDED" : `PAYMENT.REFUND.${status}`,
  }));
}

/** A dispute as it is now. Asked again, it is another message: what it says is of another time. */
export function disputeAsEvent({ text: raw, json }: ApiAnswer): ProviderMessage {
  const asOf = new Date().toISOString();
  const disputeId = shaped("dispute", () => new Json(json).get(id, "dispute_id"));
  const envelope = {
    ...{ id: `confirmed:dispute:${disputeId}:${asOf}`, event_type: "CUSTOMER.DISPUTE.UPDATED" },
    ...{ create_time: asOf, resource_type: "dispute" },
  };
  return { ...archived(envelope, json, raw), asOf };
}

function asEvent(
  { text: raw, json }: ApiAnswer,
  resource_type: string,
  name: (resource: Json, status: string) => { id: string; event_type: string },
): ProviderMessage {
  return shaped(resource_type, () => {
    const resource = new Json(json);
    const envelope = {
      ...name(resource, resource.get(id, "status")),
      create_time: resource.get(isoTime, "update_time", "create_time"),
      resource_type,
      resource_version: "2.0",
    };
    return archived(envelope, json, raw);
  });
}

/** The archive keeps the resource byte for byte, as PayPal answered it. */
const archived = (envelope: object, resource: unknown, raw: string): ProviderMessage => ({
  event: { ...envelope, resource },
  text: `${JSON.stringify(envelope).slice(0, -1)},"resource":${raw}}`,
});
