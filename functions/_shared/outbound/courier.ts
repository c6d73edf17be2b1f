/**
 * The courier: claims what is due, signs and sends it, writes down how it went; goes on until nothing is due.
 * Any number may run at once: who gets what, and what follows from an answer, is decided in SQL (outbox.claim, outbox.record).
 */
import { retryAfter } from "../http/api_client.ts";
import { chunksOf } from "../http/streams.ts";
import { log } from "../platform/log.ts";
import { redact } from "../platform/redact.ts";
import type { Runtime } from "../platform/runtime.ts";
import { sleep } from "../platform/sleep.ts";
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
import { openSigningSecrets, type SigningSecrets } from "./signing_secrets.ts";
import { assertPublicUrl } from "./url_guard.ts";

/** Requests under way at once in one run, and the text they may hold: bounds memory (hosted: 256 MB). */
const IN_FLIGHT = 256;
const IN_FLIGHT_CHARACTERS = 32_000_000;
/** So many answers are written down together, unless the last ones are waited for. */
const TOGETHER = 64;
/** Deliveries in one run: bounds its processor time (hosted: 2 s). */
const A_RUN = 10_000;
/**
 * How long a courier stays awake after its last delivery, in ms: changes come in bursts, and pg_net answers a second bell only
 * a second after the first. How often it looks meanwhile, in ms: often at first, then less and less.
 */
const LINGER = 2000;
const LOOK = { first: 3, factor: 1.05, last: 100 };
/** How much of an answer is kept. */
const KEPT_BYTES = 20_480;

export interface RunOptions {
  /** What started it; told in outbox.couriers. */
  pump: "bell" | "tail";
  /** After this many ms nothing new is claimed, and what is left is handed to a fresh run. */
  milliseconds: number;
}

/** How one attempt went, as outbox.record takes it. */
interface Result {
  delivery_id: string;
  attempt: number;
  outcome: Outcome["outcome"] | "unsent";
  started_at: string;
  duration_ms: number;
  status_code: number | null;
  error: string | null;
  response_body: string | null;
  retry_after_ms: number | null;
}

/** Runs until nothing is due, its time is up or the worker ends. Returns how many deliveries it tried. */
export async function runCourier(runtime: Runtime, { pump, milliseconds }: RunOptions): Promise<number> {
  const { database, ending } = runtime;
  const [woken] = await database.query<{ id: string }>("select outbox.wake($1) as id", [pump]);
  const courier = woken!.id;
  const until = runtime.now() + milliseconds;
  const secrets = openSigningSecrets(runtime);
  let results: Result[] = [];
  let inFlight = 0;
  let characters = 0;
  let tried = 0;
  let lastWork = 0;
  let look = LOOK.first;
  let answered: (() => void) | undefined;

  function send(delivery: Delivery): void {
    inFlight++;
    characters += delivery.body.length;
    void attempt(delivery, runtime, secrets).then((result) => {
      inFlight--;
      characters -= delivery.body.length;
      results.push(result);
      if (results.length >= TOGETHER || inFlight === 0) answered?.();
    });
  }

  /** Until enough was answered to be worth a turn, or it is time to look again. */
  async function enough(): Promise<void> {
    if (results.length >= TOGETHER || (results.length > 0 && inFlight === 0)) return;
    const waiting = new Promise<void>((resolve) => {
      answered = resolve;
    });
    // Not cut short by `ending`: a loop that waits for nothing would let no answer in.
    await Promise.race([waiting, sleep(inFlight >= TOGETHER ? LOOK.last : look)]);
    answered = undefined;
  }

  /** Writes down what was answered, and takes what is due. */
  async function turn(mayClaim: boolean): Promise<void> {
    const recorded = results;
    results = [];
    const room = mayClaim && characters < IN_FLIGHT_CHARACTERS ? Math.min(IN_FLIGHT - inFlight, A_RUN - tried) : 0;
    if (recorded.length === 0 && room === 0) return;
    try {
      const claimed = await database.query<Delivery>(
        "select * from outbox.record_and_claim($1, $2::text::jsonb, $3::int)",
        [courier, recorded, room],
      );
      for (const delivery of claimed) send(delivery);
      tried += claimed.length;
      if (claimed.length > 0) lastWork = runtime.now();
      look = claimed.length > 0 ? LOOK.first : Math.min(look * LOOK.factor, LOOK.last);
    } catch (error) {
      // Kept for the next turn. Should there be none, the leases run out and all are sent again, under the same ids.
      results = [...recorded, ...results];
      throw error;
    }
  }

  let failures = 0;
  let handedOn = false;
  while (failures <= 5) {
    try {
      const goesOn = runtime.now() < until && !ending.aborted && tried < A_RUN;
      await turn(goesOn);
      const idle = inFlight === 0 && results.length === 0;
      if (!goesOn && !handedOn) {
        // A fresh run begins while this one finishes.
        await database.query("select outbox.finish_run($1, true)", [courier]);
        handedOn = true;
      }
      if (!goesOn && idle) return tried;
      if (idle && runtime.now() - lastWork >= LINGER) {
        const [rested] = await database.query<{ yes: boolean }>("select outbox.finish_run($1) as yes", [courier]);
        if (rested!.yes) return tried;
      }
      await enough();
      failures = 0;
    } catch (error) {
      log("error", "the courier cannot reach the database", { courier, error });
      await sleep(500 * ++failures);
    }
  }
  return tried;
}

/** One try. Never throws: whatever happens is a result. */
async function attempt(delivery: Delivery, runtime: Runtime, secrets: SigningSecrets): Promise<Result> {
  const started = runtime.now();
  const result: Result = {
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
    if (!load)
      throw new NotConfigured(
        `There is no adapter ${delivery.adapter}: use one of ${Object.keys(ADAPTERS).join(", ")}.`,
      );
    const adapter = await load();
    const clock = AbortSignal.timeout(delivery.timeout_ms);
    const done = await ("run" in adapter
      ? adapter.run({ message_id: delivery.message_id, data: JSON.parse(delivery.body).data }, runtime, clock)
      : post(adapter, delivery, runtime, secrets, clock));
    result.outcome = done.outcome;
    result.error = "error" in done ? done.error : null;
    result.status_code = done.status ?? null;
    result.response_body = done.body ? redact(done.body.slice(0, KEPT_BYTES).replaceAll("\0", "")) : null;
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
  if (!url)
    throw new NotConfigured(
      `${settingName(delivery.destination, "WEBHOOK_URL")} is not set, and outbox.destinations.url is null: no address to send to.`,
    );
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
  const judgement = deliveryDirective(answer.headers) ?? adapter.outcomeOf(answer);
  return { ...judgement, status: answer.status, body: answer.body, ...retryAfter(response.headers, runtime.now()) };
}

/** The first part of an answer; the rest is not waited for. */
async function readSome(response: Response): Promise<string> {
  const announced = response.headers.get("content-length");
  if (announced && Number(announced) <= KEPT_BYTES) return await response.text();
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const chunk of chunksOf(response.body)) {
    const kept = chunk.subarray(0, KEPT_BYTES - length);
    text += decoder.decode(kept, { stream: true });
    length += kept.length;
    if (length >= KEPT_BYTES) break;
  }
  return text;
}

function explain(error: unknown, timeout: number): string {
  if (error instanceof Error && error.name === "TimeoutError") return `No answer within ${timeout} ms.`;
  if (error instanceof NotConfigured) return error.message;
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `The receiver could not be reached: ${error instanceof Error ? error.message : error}${cause}`.slice(0, 1000);
}
