/**
 * The way of one webhook: verify → read → translate to facts → `inbox.receive`. The same for every provider.
 *
 *     Deno.serve(receiver(stripe));
 *
 * Answers: 200 once the event is durable, whatever became of it; 401 not authentic; 400 not JSON; 413 too large; 405;
 * 503 when the database is away. An authentic event is never answered 4xx, but for what its provider's `refuses` names (422).
 */

import { sha256, toHex } from "../crypto/signature.ts";
import type { Fact } from "../facts/facts.ts";
import { text } from "../facts/json_reader.ts";
import { readBody } from "../http/read_body.ts";
import { databaseAway, methodNotAllowed, ok, refused } from "../http/respond.ts";
import { openAfterWebhook } from "../outbound/after_webhook.ts";
import { DatabaseAway } from "../platform/database.ts";
import { log } from "../platform/log.ts";
import { edgeRuntime, type Runtime } from "../platform/runtime.ts";
import type { Envelope, ReceivedResult, WebhookProvider } from "../providers/webhook_provider.ts";
import { openInbox, type ReceivedEvent } from "./inbox.ts";
import { openRejections } from "./rejections.ts";

const DEFAULT_MAX_BODY_BYTES = 1_048_576;
/** As Postgres can store them. */
const WORDS = text(2000);
/** How long a provider's API is asked while a sender waits, in ms. */
const CONFIRM_TIMEOUT_MS = 5000;

export function webhookHandler(
  provider: WebhookProvider,
  runtime: Runtime = edgeRuntime(),
): (request: Request) => Promise<Response> {
  const inbox = openInbox(runtime.database);
  const rejections = openRejections(provider.name, runtime);
  const tail = openAfterWebhook(runtime);
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
      tail.scheduleDelivery();
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
    const event = text === null ? undefined : parse(provider, text);
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
        ? await readConfirmed(came, answer.text)
        : await readEvent({ ...came, trust: "unconfirmed", event: event.value });
    const receipt = await store(received);
    return receipt ? ok(said(receipt)) : databaseAway();
  };
}

const said = ({ id, status, duplicate }: ReceivedResult) => ({ id, status, duplicate });

/** An event as it came, before it is read. */
export interface WebhookParts {
  provider: WebhookProvider;
  headers: Headers;
  /** The raw body. */
  body: string;
}

/** An authentic event, ready to store. What cannot be read is stored too, with the reason. */
export async function readEvent({
  provider,
  headers,
  body,
  trust,
  event,
  confirmation = null,
}: WebhookParts & {
  trust: ReceivedEvent["trust"];
  /** What the body, or the confirmation, says. */
  event: unknown;
  /** What the provider's API answered about it. */
  confirmation?: string | null;
}): Promise<ReceivedEvent> {
  const stored = { provider: provider.name, trust, body, confirmation, headers: keep(headers, provider.keptHeaders) };
  try {
    const envelope = provider.read(event, headers);
    const { id, type, occurredAt, subject } = envelope;
    const read = { ...stored, provider_event_id: id, type, subject, occurred_at: occurredAt };
    try {
      return { ...read, facts: await factsOf(provider, event, envelope), error: null };
    } catch (error) {
      return { ...read, facts: null, error: reason(error) };
    }
  } catch (error) {
    return {
      ...stored,
      provider_event_id: `sha256:${toHex(await sha256(body))}`,
      type: "unreadable",
      subject: null,
      occurred_at: null,
      facts: null,
      error: reason(error),
    };
  }
}

/** An event whose truth the provider's API told: that is read, and the body that came is kept beside it. */
export async function readConfirmed(came: WebhookParts, confirmation: string): Promise<ReceivedEvent> {
  return await readEvent({
    ...came,
    trust: "confirmed",
    event: parse(came.provider, confirmation)?.value,
    confirmation,
  });
}

let vocabulary: Promise<typeof import("../facts/facts.ts")> | undefined;

/** What an event says, checked against the vocabulary. */
export async function factsOf(provider: WebhookProvider, event: unknown, envelope: Envelope): Promise<Fact[]> {
  const facts = provider.translate(event, envelope);
  if (facts.length === 0) return facts;
  // Loaded only when needed: a webhook's cold start should not pay for the vocabulary before it knows its caller.
  vocabulary ??= import("../facts/facts.ts");
  const { checked } = await vocabulary;
  return checked(facts);
}

export function reason(error: unknown): string {
  return WORDS.read(error instanceof Error ? error.message : String(error)) ?? "no reason given";
}

/** Exactly these bytes as text, or null when they are not UTF-8: forwarding must find the same bytes again. */
function decode(body: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return null;
  }
}

export function parse(provider: WebhookProvider, text: string): { value: unknown } | undefined {
  try {
    return { value: (provider.parse ?? JSON.parse)(text) };
  } catch {
    return undefined;
  }
}

function keep(headers: Headers, names: readonly string[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of [...names, "content-type", "user-agent"]) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value;
  }
  return kept;
}
