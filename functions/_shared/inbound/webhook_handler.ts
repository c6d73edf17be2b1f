/**
 * The way of one webhook: verify → read → translate to facts → `inbox.receive`. The same for every provider.
 *
 *     Deno.serve(webhookHandler(stripe, openAfterWebhook));
 *
 * Answers: 200 once the event is durable, whatever became of it; 401 not authentic; 400 not JSON; 413 too large; 405;
 * 503 when the database is away. An authentic event is never answered 4xx, but for what its provider's `refuses` names (422).
 */

import { readBody } from "../http/read_body.ts";
import { databaseAway, methodNotAllowed, ok, refused } from "../http/respond.ts";
import { DatabaseAway } from "../platform/database.ts";
import { log } from "../platform/log.ts";
import { edgeRuntime, type Runtime } from "../platform/runtime.ts";
import type { ReceivedResult, WebhookProvider } from "../providers/webhook_provider.ts";
import { openInbox, type ReceivedEvent } from "./inbox.ts";
import { parseBody, readConfirmed, readEvent } from "./read_event.ts";
import { openRejections } from "./rejections.ts";

const DEFAULT_MAX_BODY_BYTES = 1_048_576;
/** How long a provider's API is asked while a sender waits, in ms. */
const CONFIRM_TIMEOUT_MS = 5000;

/** What follows a webhook once its event is durable: outbound/after_webhook.ts, handed in so that this room needs not know it. */
export type OpenAfterWebhook = (runtime: Runtime) => { scheduleDelivery(): void };

export function webhookHandler(
  provider: WebhookProvider,
  openAfterWebhook: OpenAfterWebhook,
  runtime: Runtime = edgeRuntime(),
): (request: Request) => Promise<Response> {
  const inbox = openInbox(runtime.database);
  const rejections = openRejections(provider.name, runtime);
  const afterWebhook = openAfterWebhook(runtime);
  const limit = Math.max(
    Number(runtime.env("WEBHOOK_MAX_BODY_BYTES")) || DEFAULT_MAX_BODY_BYTES,
    provider.maxBodyBytes ?? 0,
  );

  function reject(request: Request, size: number | null, status: number, code: string, message: string): Response {
    rejections.count(code, request, size);
    return refused(status, code, message);
  }

  /** Null: it is not known to be stored. */
  async function store(event: ReceivedEvent): Promise<ReceivedResult | null> {
    try {
      const receipt = await inbox.receive(event);
      afterWebhook.scheduleDelivery();
      return receipt;
    } catch (error) {
      const away = error instanceof DatabaseAway;
      log("error", away ? "the database is away" : "an event could not be stored", {
        provider: event.provider,
        event: event.provider_event_id,
        type: event.type,
        error,
      });
      return null;
    }
  }

  /** The event is durable: what cannot be told now is no reason to have it sent again. */
  async function extraFields(event: unknown, receipt: ReceivedResult): Promise<object> {
    try {
      return (await provider.answer?.(event, receipt, runtime.database)) ?? {};
    } catch (error) {
      log("warn", "the sender could not be told how it stands", { provider: provider.name, error });
      return {};
    }
  }

  return async (request) => {
    if (provider.answersPings && request.method === "GET") return ok({ status: "ok" });
    if (request.method !== "POST") return methodNotAllowed("POST");
    const body = await readBody(request, limit);
    if (!body)
      return reject(request, null, 413, "body_too_large", `At most ${limit} bytes are taken (WEBHOOK_MAX_BODY_BYTES).`);

    const verdict = await provider.verify({ headers: request.headers, body, now: runtime.now(), env: runtime.env });
    if (!verdict.authentic) {
      const { code, detail, retryLater: later } = verdict.refusal;
      return reject(request, body.length, later ? 503 : 401, code, detail);
    }

    const text = decode(body);
    const event = text === null ? undefined : parseBody(provider, text);
    if (text === null || event === undefined) {
      return reject(
        request,
        body.length,
        400,
        "body_not_json",
        "The signature is right, but the body is not JSON. Check what the sender sends.",
      );
    }
    const refusal = provider.refuses?.(event.value);
    if (refusal) return reject(request, body.length, 422, refusal.code, refusal.detail);
    const came = { provider, headers: request.headers, body: text };
    if (verdict.trust !== "unconfirmed" || !provider.confirm) {
      const receipt = await store(await readEvent({ ...came, trust: verdict.trust, event: event.value }));
      return receipt ? ok({ ...said(receipt), ...(await extraFields(event.value, receipt)) }) : databaseAway();
    }
    // Nothing is stored yet: should this worker be ended, the event must be kept before, confirmed or not.
    const timeoutMs = AbortSignal.any([AbortSignal.timeout(CONFIRM_TIMEOUT_MS), runtime.ending]);
    const answer = await provider.confirm(event.value, runtime.env, timeoutMs);
    if (answer.outcome === "unknown")
      return reject(request, body.length, 401, answer.refusal.code, answer.refusal.detail);
    if (answer.outcome === "unanswered") {
      log("warn", "an event could not be confirmed; it is kept, and asked about again", {
        provider: provider.name,
        why: answer.why,
      });
    }
    const received =
      answer.outcome === "confirmed"
        ? await readConfirmed(came, answer)
        : await readEvent({ ...came, trust: "unconfirmed", event: event.value });
    const receipt = await store(received);
    return receipt ? ok(said(receipt)) : databaseAway();
  };
}

const said = ({ id, status, duplicate }: ReceivedResult) => ({ id, status, duplicate });

/** Exactly these bytes as text, or null when they are not UTF-8: forwarding must find the same bytes again. */
function decode(body: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return null;
  }
}
