/**
 * The way of one webhook: verify → read → translate to facts → `inbox.receive`. The same for every provider.
 *
 *     Deno.serve(receiver(stripe));
 *
 * Answers: 200 once the event is durable, whatever became of it; 401 not authentic; 400 not JSON; 413 too large; 405;
 * 503 when the database is away. An authentic event is never answered 4xx.
 */
import { readBody } from "./body.ts";
import { DatabaseAway } from "./database.ts";
import { type Inbox, openInbox, type ReceivedEvent } from "./inbox.ts";
import { log } from "./log.ts";
import type { Provider } from "./provider.ts";
import { openRejections } from "./rejections.ts";
import { databaseAway, methodNotAllowed, ok, refused } from "./respond.ts";
import { edgeRuntime, type Runtime } from "./runtime.ts";
import { SECRET_NOT_CONFIGURED, toHex } from "./signature.ts";
import { openTail } from "./tail.ts";

const DEFAULT_MAX_BODY_BYTES = 1_048_576;

export function receiver(provider: Provider, runtime: Runtime = edgeRuntime()): (request: Request) => Promise<Response> {
  const inbox = openInbox(runtime.database);
  const rejections = openRejections(provider.name, runtime);
  const tail = openTail(runtime);
  const limit = Number(runtime.env("WEBHOOK_MAX_BODY_BYTES")) || DEFAULT_MAX_BODY_BYTES;

  function turnAway(request: Request, size: number | null, status: number, code: string, message: string): Response {
    rejections.count(code, request, size);
    return refused(status, code, message);
  }

  return async (request) => {
    if (request.method !== "POST") return methodNotAllowed("POST");
    const body = await readBody(request, limit);
    if (!body) return turnAway(request, null, 413, "body_too_large", `At most ${limit} bytes are taken (WEBHOOK_MAX_BODY_BYTES).`);

    const verdict = await provider.verify({ headers: request.headers, body, now: runtime.now(), env: runtime.env });
    if (!verdict.authentic) {
      const { code, detail } = verdict.refusal;
      // Our fault, not the sender's: he should try again when it is mended.
      const status = code === SECRET_NOT_CONFIGURED ? 503 : 401;
      return turnAway(request, body.length, status, code, detail);
    }

    const text = decode(body);
    const event = text === null ? undefined : parse(text);
    if (text === null || event === undefined) {
      return turnAway(
        request,
        body.length,
        400,
        "body_not_json",
        "The signature is right, but the body is not JSON. Check what the sender sends.",
      );
    }
    const received = await readEvent(provider, verdict.trust, event.value, text, request.headers);
    return await store(inbox, received, () => tail.follow());
  };
}

async function store(inbox: Inbox, event: ReceivedEvent, then: () => void): Promise<Response> {
  try {
    const receipt = await inbox.receive(event);
    then();
    return ok({ id: receipt.id, status: receipt.status, duplicate: receipt.duplicate });
  } catch (error) {
    const away = error instanceof DatabaseAway;
    log("error", away ? "the database is away" : "an event could not be stored", {
      provider: event.provider,
      event: event.provider_event_id,
      type: event.type,
      error,
    });
    return databaseAway();
  }
}

/** An authentic body as an event to store. What cannot be read is stored too, with the reason. */
export async function readEvent(
  provider: Provider,
  trust: ReceivedEvent["trust"],
  event: unknown,
  body: string,
  headers: Headers,
): Promise<ReceivedEvent> {
  const stored = { provider: provider.name, trust, body, headers: keep(headers, provider.keepHeaders) };
  try {
    const { id, type, occurredAt, subject } = provider.read(event, headers);
    const envelope = { ...stored, provider_event_id: id, type, subject, occurred_at: occurredAt };
    try {
      return { ...envelope, facts: provider.translate(event), error: null };
    } catch (error) {
      return { ...envelope, facts: null, error: reason(error) };
    }
  } catch (error) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body)));
    return {
      ...stored,
      provider_event_id: `sha256:${toHex(digest)}`,
      type: "unreadable",
      subject: null,
      occurred_at: null,
      facts: null,
      error: reason(error),
    };
  }
}

export function reason(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  // What Postgres cannot store: NUL, and half of a surrogate pair.
  return words
    .replaceAll("\0", "")
    .slice(0, 2000)
    .replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** Exactly these bytes as text, or null when they are not UTF-8: forwarding must find the same bytes again. */
function decode(body: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return null;
  }
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
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
