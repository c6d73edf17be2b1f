/** One attempt of one delivery: sign, send, judge the answer. Never throws: whatever happens is a result for outbox.record. */
import { retryAfter } from "../http/api_client.ts";
import { chunksOf } from "../http/streams.ts";
import { redact } from "../platform/redact.ts";
import type { Runtime } from "../platform/runtime.ts";
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

/** How much of an answer's body is kept. */
const MAX_BODY_BYTES = 20_480;
const MAX_ERROR_CHARACTERS = 1000;

/** How one attempt went, as outbox.record takes it. */
export interface AttemptResult {
  delivery_id: string;
  attempt: number;
  /** unsent: nothing was sent, because something is not configured; it uses up no attempt. */
  outcome: Outcome["outcome"] | "unsent";
  /** ISO 8601, UTC. */
  started_at: string;
  duration_ms: number;
  status_code: number | null;
  error: string | null;
  response_body: string | null;
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
  try {
    const load = ADAPTERS[delivery.adapter];
    if (!load) {
      const names = Object.keys(ADAPTERS).join(", ");
      throw new NotConfigured(`There is no adapter ${delivery.adapter}: use one of ${names}.`);
    }
    const adapter = await load();
    const signal = AbortSignal.timeout(delivery.timeout_ms);
    const done = await ("run" in adapter
      ? adapter.run({ message_id: delivery.message_id, data: JSON.parse(delivery.body).data }, runtime, signal)
      : post(adapter, delivery, runtime, secrets, signal));
    result.outcome = done.outcome;
    result.error = "error" in done ? done.error : null;
    result.status_code = done.status ?? null;
    result.response_body = done.body ? redact(done.body.slice(0, MAX_BODY_BYTES).replaceAll("\0", "")) : null;
    result.retry_after_ms = done.retryAfterMs ?? null;
  } catch (error) {
    result.outcome = error instanceof NotConfigured ? "unsent" : "retry";
    result.error = explain(error, delivery.timeout_ms);
  }
  result.duration_ms = Math.round(runtime.now() - started);
  return result;
}

async function post(
  adapter: HttpAdapter,
  delivery: Delivery,
  runtime: Runtime,
  secrets: SigningSecrets,
  signal: AbortSignal,
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
    signal,
  });
  const answer = { status: response.status, headers: response.headers, body: await readSome(response) };
  const outcome = deliveryDirective(answer.headers) ?? adapter.outcomeOf(answer);
  return { ...outcome, status: answer.status, body: answer.body, ...retryAfter(response.headers, runtime.now()) };
}

/** The first part of an answer's body; the rest is not waited for. */
async function readSome(response: Response): Promise<string> {
  const announced = response.headers.get("content-length");
  if (announced && Number(announced) <= MAX_BODY_BYTES) return await response.text();
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const chunk of chunksOf(response.body)) {
    const kept = chunk.subarray(0, MAX_BODY_BYTES - length);
    text += decoder.decode(kept, { stream: true });
    length += kept.length;
    if (length >= MAX_BODY_BYTES) break;
  }
  return text;
}

function explain(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError") return `No answer within ${timeoutMs} ms.`;
  if (error instanceof NotConfigured) return error.message;
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  const message = `The receiver could not be reached: ${error instanceof Error ? error.message : error}${cause}`;
  return message.slice(0, MAX_ERROR_CHARACTERS);
}
