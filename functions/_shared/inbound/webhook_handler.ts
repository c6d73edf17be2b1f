/**
 * Handles the webhooks of one provider: verify → read → translate to facts → `inbox.receive`. The same for every
 * provider.
 *
 *     serve(webhookHandler(stripe, openAfterWebhook));
 *
 * Answers 200 once the event is durable, whatever its status is. Errors (docs/errors.md): 400, 401, 405, 413, 422, and
 * 503 when the sender is to try again. An authentic event is answered 4xx only if its body is too large (413) or no
 * JSON (400), if its provider's `refuses` names it (422), if its `confirm` does not know it, or if its signature came
 * with another body before (401). docs/guarantees.md lists these.
 */

import type { Refusal, Verdict } from "../crypto/verdict.ts";
import { databaseAway, methodNotAllowed, ok, refused } from "../http/respond.ts";
import { withBody } from "../http/with_body.ts";
import { DatabaseAway } from "../platform/database.ts";
import { log } from "../platform/log.ts";
import { edgeRuntime, type Runtime } from "../platform/runtime.ts";
import { timeoutSignal } from "../platform/timeout_signal.ts";
import type { ReceivedResult, WebhookProvider } from "../providers/webhook_provider.ts";
import { openInbox, type ReceivedEvent } from "./inbox.ts";
import { parseBody, readConfirmed, readEvent, shapeOf } from "./read_event.ts";
import { openRejections } from "./rejections.ts";
import { openShapes } from "./shapes.ts";
import { takeTransmissionOf } from "./take_transmission.ts";

const DEFAULT_MAX_BODY_BYTES = 1_048_576;
/**
 * The bodies that all requests of this worker may hold together, in bytes, or one of the largest: hosted ends a worker
 * at 256 MB.
 */
const MAX_BYTES_IN_FLIGHT = 16_000_000;
/** How long a body may take to arrive, in ms. Providers send theirs at once. */
const BODY_TIMEOUT_MS = 20_000;
/** How long a provider's API may take to confirm an event while the sender waits, in ms. */
const CONFIRM_TIMEOUT_MS = 5000;

/**
 * What follows once an event is durable: outbound/after_webhook.ts, passed in because this room does not import that
 * one.
 */
export type OpenAfterWebhook = (runtime: Runtime) => { scheduleDelivery(): void };

export function webhookHandler(
  provider: WebhookProvider,
  openAfterWebhook: OpenAfterWebhook,
  runtime: Runtime = edgeRuntime(),
): (request: Request) => Promise<Response> {
  const inbox = openInbox(runtime.database);
  const rejections = openRejections(provider.name, runtime);
  const shapes = openShapes(runtime);
  const afterWebhook = openAfterWebhook(runtime);
  const maxBodyBytes = Math.max(
    Number(runtime.env("WEBHOOK_MAX_BODY_BYTES")) || DEFAULT_MAX_BODY_BYTES,
    provider.maxBodyBytes ?? 0,
  );
  const maxBytesInFlight = Math.max(MAX_BYTES_IN_FLIGHT, maxBodyBytes);

  function reject(
    request: Request,
    size: number | null,
    status: number,
    { code, detail }: Refusal,
    headers: Record<string, string> = {},
  ): Response {
    rejections.count(code, request, size);
    return refused(status, code, detail, headers);
  }

  /** Null when the event is not known to be stored. */
  async function store(event: ReceivedEvent, request: Request): Promise<ReceivedResult | null> {
    try {
      const result = await inbox.receive(event);
      afterWebhook.scheduleDelivery();
      const shape = shapeOf(event);
      if (shape && !result.duplicate && event.trust !== "unconfirmed") shapes.note(shape, result.id);
      return result;
    } catch (error) {
      const away = error instanceof DatabaseAway;
      log("error", away ? "the database cannot be reached" : "an event could not be stored", {
        provider: event.provider,
        event: event.provider_event_id,
        type: event.type,
        error,
      });
      // It fails again when it is sent again: a person must look. Nothing can be counted where the database is away.
      if (!away) rejections.count("try_again", request, event.body.length);
      return null;
    }
  }

  const takeTransmission = (headers: Headers, body: string) =>
    takeTransmissionOf(provider, headers, body, runtime.database);

  /**
   * What the answer says beside the result. The event is durable: a failure here is no reason to have it sent again.
   */
  async function extraFields(event: unknown, result: ReceivedResult): Promise<object> {
    try {
      return (await provider.answer?.(event, result, runtime.database)) ?? {};
    } catch (error) {
      log("warn", "the answer to a webhook could not be completed", { provider: provider.name, error });
      return {};
    }
  }

  return async (request) => {
    if (provider.answersPings && request.method === "GET") return ok({ status: "ok" });
    if (request.method !== "POST") return methodNotAllowed("POST");
    // Whatever is not signed is refused before its body is read, and whatever is read counts against one budget.
    const { headers } = request;
    if (!provider.isSigned(headers) || provider.signsNoBody) {
      const verdict = await verify(headers, new Uint8Array());
      if (!verdict.authentic) return rejectUnauthentic(request, null, verdict.refusal);
    }
    return await withBody(
      request,
      { maxBytes: maxBodyBytes, maxBytesInFlight, timeoutMs: BODY_TIMEOUT_MS },
      (body) => receive(request, body),
      (refusal) => reject(request, null, refusal.status, refusal, refusal.headers),
    );
  };

  function verify(headers: Headers, body: Uint8Array<ArrayBuffer>): Promise<Verdict> {
    return provider.verify({ headers, body, now: runtime.now(), env: runtime.env });
  }

  function rejectUnauthentic(request: Request, size: number | null, refusal: Refusal): Response {
    return reject(request, size, refusal.retryLater ? 503 : 401, refusal);
  }

  async function receive(request: Request, body: Uint8Array<ArrayBuffer>): Promise<Response> {
    const verdict = await verify(request.headers, body);
    if (!verdict.authentic) return rejectUnauthentic(request, body.length, verdict.refusal);

    const text = decode(body);
    const event = text === null ? undefined : parseBody(provider, text);
    if (text === null || event === undefined) {
      const detail = "The signature is right, but the body is not JSON. Check what the sender sends.";
      return reject(request, body.length, 400, { code: "body_not_json", detail });
    }
    const refusal = provider.refuses?.(event.value);
    if (refusal) return reject(request, body.length, 422, refusal);

    const webhook = { provider, headers: request.headers, body: text, env: runtime.env };
    const mustConfirm = verdict.trust === "unconfirmed" || provider.mustConfirm?.(event.value);
    if (!mustConfirm || !provider.confirm) {
      const taken = await takeTransmission(request.headers, text);
      if (taken === null) return databaseAway();
      if (!taken) {
        const detail = "Its signature came with another body before: a transmission has one body. Resend the event.";
        return reject(request, body.length, 401, { code: "transmission_reused", detail });
      }
      const result = await store(await readEvent({ ...webhook, trust: verdict.trust, event: event.value }), request);
      return result ? ok({ ...bodyOf(result), ...(await extraFields(event.value, result)) }) : databaseAway();
    }
    // Nothing is stored yet: when this worker is about to end, the event is stored unconfirmed.
    const signal = timeoutSignal(CONFIRM_TIMEOUT_MS, runtime.ending);
    const answer = await provider.confirm(event.value, runtime.env, signal);
    if (answer.outcome === "unknown") return reject(request, body.length, 401, answer.refusal);
    if (answer.outcome === "unanswered") {
      log("warn", "an event could not be confirmed; it is stored, and confirmed later", {
        provider: provider.name,
        reason: answer.why,
      });
    }
    const received =
      answer.outcome === "confirmed"
        ? await readConfirmed(webhook, answer)
        : await readEvent({ ...webhook, trust: "unconfirmed", event: event.value });
    // No other body comes under its signature from now on. It is not refused itself for one that came before: that may
    // have been the forged one.
    if (answer.outcome === "confirmed") await takeTransmission(request.headers, text);
    const result = await store(received, request);
    return result ? ok(bodyOf(result)) : databaseAway();
  }
}

const bodyOf = ({ id, status, duplicate }: ReceivedResult) => ({ id, status, duplicate });

/** Exactly these bytes as text, or null when they are not UTF-8: a forwarded event must have the same bytes. */
function decode(body: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return null;
  }
}
