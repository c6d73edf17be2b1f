/**
 * One attempt of one delivery: sign, send, judge the answer. Never throws: whatever happens is a result for
 * outbox.record.
 */
import { retryAfter } from "../http/api_client.ts";
import { errorKinds, networkError } from "../http/network_error.ts";
import { chunksOf } from "../http/streams.ts";
import { log } from "../platform/log.ts";
import { redact } from "../platform/redact.ts";
import type { TableRow } from "../platform/rows.ts";
import type { Runtime } from "../platform/runtime.ts";
import { storable } from "../platform/storable.ts";
import {
  type AttemptOutcome,
  type Delivery,
  deliveryDirective,
  type HttpAdapter,
  NotConfigured,
  type Outcome,
  settingName,
} from "./adapter.ts";
import { ADAPTERS } from "./adapter_registry.ts";
import type { SigningSecrets } from "./signing_secrets.ts";
import { assertPublicUrl } from "./url_guard.ts";

/** How much of an answer's body is kept, in characters. */
const MAX_BODY_CHARACTERS = 20_480;
const MAX_ERROR_CHARACTERS = 1000;
/**
 * How long the rest of a body is waited for after the status has arrived, in ms: the status decides, the body is for
 * the log.
 */
const BODY_TIMEOUT_MS = 2000;

/** How one attempt went, as outbox.record takes it. */
export interface AttemptResult
  extends Pick<Delivery, "delivery_id" | "attempt">,
    Pick<TableRow<"outbox", "attempts">, "status_code" | "error" | "response_body"> {
  /** unsent: nothing was sent, because something is not configured; it uses up no attempt. */
  outcome: Outcome["outcome"] | "unsent";
  /** ISO 8601, UTC. */
  started_at: string;
  duration_ms: number;
  retry_after_ms: number | null;
}

export async function attempt(delivery: Delivery, runtime: Runtime, secrets: SigningSecrets): Promise<AttemptResult> {
  const started = runtime.now();
  const result: AttemptResult = {
    delivery_id: delivery.delivery_id,
    attempt: delivery.attempt,
    outcome: "retry",
    started_at: new Date(started).toISOString(),
    duration_ms: 0,
    status_code: null,
    error: null,
    response_body: null,
    retry_after_ms: null,
  };
  // Not AbortSignal.timeout, whose timer stays until its time is up, though most answers come within some ms.
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new DOMException("No answer", "TimeoutError")), delivery.timeout_ms);
  try {
    const load = ADAPTERS[delivery.adapter];
    if (!load) {
      const names = Object.keys(ADAPTERS).join(", ");
      throw new NotConfigured(`There is no adapter ${delivery.adapter}: use one of ${names}.`);
    }
    const adapter = await load();
    const done = await ("run" in adapter
      ? adapter.run({ message_id: delivery.message_id, data: JSON.parse(delivery.body).data }, runtime, stop.signal)
      : post(adapter, delivery, runtime, secrets, stop));
    result.outcome = done.outcome;
    result.error = "error" in done ? storable(redact(done.error), MAX_ERROR_CHARACTERS) : null;
    result.status_code = done.status ?? null;
    result.response_body = done.body ? storable(redact(done.body.slice(0, MAX_BODY_CHARACTERS))) : null;
    result.retry_after_ms = done.retryAfterMs ?? null;
  } catch (error) {
    result.outcome = error instanceof NotConfigured ? "unsent" : "retry";
    result.error = explain(error, delivery.timeout_ms);
    if (result.error === UNEXPLAINED) {
      // Not the message: Deno's contains the whole URL.
      log("error", "an attempt failed", { delivery: delivery.delivery_id, error: errorKinds(error) });
    }
  } finally {
    clearTimeout(timer);
  }
  result.duration_ms = Math.max(0, Math.round(runtime.now() - started));
  return result;
}

async function post(
  adapter: HttpAdapter,
  delivery: Delivery,
  runtime: Runtime,
  secrets: SigningSecrets,
  stop: AbortController,
): Promise<AttemptOutcome> {
  const { env } = runtime;
  const url = delivery.url ?? env(settingName(delivery.destination, "WEBHOOK_URL"));
  if (!url) {
    const name = settingName(delivery.destination, "WEBHOOK_URL");
    throw new NotConfigured(`${name} is not set, and outbox.destinations.url is null: there is no address to send to.`);
  }
  await assertPublicUrl(url, env);
  const headers = await adapter.headers(delivery, await secrets.of(delivery.destination), env, runtime.now());
  const response = await fetch(url, {
    method: "POST",
    headers: {
      ...headers,
      ...(delivery.replay_id && { "webhook-replay": delivery.replay_id }),
      "user-agent": "Signalbox/1",
    },
    body: delivery.body,
    redirect: "manual",
    signal: stop.signal,
  });
  const answer = { status: response.status, headers: response.headers, body: await readSome(response, stop) };
  const outcome = deliveryDirective(answer.headers) ?? adapter.outcomeOf(answer);
  return { ...outcome, status: answer.status, body: answer.body, ...retryAfter(response.headers, runtime.now()) };
}

/**
 * The first part of an answer's body. Of a body that breaks off, cannot be decompressed or does not end, what has
 * arrived by then; nothing of a short one that said "delivered".
 */
async function readSome(response: Response, stop: AbortController): Promise<string> {
  let text = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const read = isShort(response)
    ? response.text().then((whole) => {
        text = whole;
      })
    : readChunks();
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      resolve();
      stop.abort();
    }, BODY_TIMEOUT_MS);
  });
  await Promise.race([read.catch(() => {}), timeout]);
  clearTimeout(timer);
  return text.slice(0, MAX_BODY_CHARACTERS);

  async function readChunks(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of chunksOf(response.body)) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length >= MAX_BODY_CHARACTERS) break;
    }
  }
}

/** Then it is read as a whole, which costs half of what chunks do. Not an error's, whose text must not be lost. */
function isShort({ ok, headers }: Response): boolean {
  const length = headers.get("content-length");
  return ok && length !== null && Number(length) <= MAX_BODY_CHARACTERS && !headers.has("content-encoding");
}

const UNEXPLAINED = "The receiver could not be reached: the request failed. The function's log says more.";

function explain(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError") return `No answer within ${timeoutMs} ms.`;
  if (error instanceof NotConfigured) return storable(redact(error.message), MAX_ERROR_CHARACTERS);
  const cause = networkError(error);
  return cause === "the request failed" ? UNEXPLAINED : `The receiver could not be reached: ${cause}.`;
}
