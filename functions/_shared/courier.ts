/**
 * The courier: claims what is due, signs and sends it, writes down how it went; goes on until nothing is due.
 * Any number may run at once: who gets what, and what follows from an answer, is decided in SQL (outbox.claim, outbox.record).
 */
import { retryAfter } from "./api.ts";
import { type Adapter, type Delivery, type Done, type Judgement, type Poster, settingName, Unsent } from "./destination.ts";
import { make } from "./destinations/make.ts";
import { stripe } from "./destinations/stripe.ts";
import { webhook } from "./destinations/webhook.ts";
import { log } from "./log.ts";
import { pause } from "./pause.ts";
import type { Runtime } from "./runtime.ts";
import { chunksOf } from "./streams.ts";

/** By `outbox.destinations.adapter`. Those that bring a provider's API along are loaded when one is needed. */
const ADAPTERS: Record<string, () => Adapter | Promise<Adapter>> = {
  webhook: () => webhook,
  make: () => make,
  stripe: () => stripe,
  paypal_capture: async () => (await import("./destinations/paypal_capture.ts")).paypalCapture,
  reconcile: async () => (await import("./destinations/reconcile.ts")).reconcile,
};

/** Deliveries claimed at once per destination; its own limits may be lower. */
const CLAIM = 50;
/** Requests under way at once in one run: bounds memory. */
const IN_FLIGHT = 100;
/**
 * How long a courier stays awake after its last delivery, and how often it looks meanwhile, in ms: changes come in bursts,
 * and pg_net answers a second bell only a second after the first.
 */
const LINGER = 2000;
const LOOK = 100;
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
  outcome: Judgement["outcome"] | "unsent";
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
  const underWay = new Set<Promise<void>>();
  let results: Result[] = [];
  let tried = 0;
  let lastWork = 0;

  async function record(): Promise<void> {
    if (results.length === 0) return;
    const recorded = results;
    results = [];
    try {
      await database.query("select outbox.record($1, $2::text::jsonb)", [courier, recorded]);
    } catch (error) {
      // Kept for the next turn. Should there be none, the leases run out and all are sent again, under the same ids.
      results = [...recorded, ...results];
      throw error;
    }
  }

  async function turn(): Promise<"sleep" | "go on"> {
    await record();
    const room = IN_FLIGHT - underWay.size;
    const claimed =
      room > 0 ? await database.query<Delivery>("select * from outbox.claim($1, $2::int)", [courier, Math.min(room, CLAIM)]) : [];
    for (const delivery of claimed) {
      const sent = attempt(delivery, runtime).then((result) => {
        results.push(result);
        underWay.delete(sent);
      });
      underWay.add(sent);
    }
    tried += claimed.length;
    if (claimed.length > 0) lastWork = runtime.now();
    const idle = underWay.size === 0 && runtime.now() - lastWork >= LINGER;
    if (idle) {
      const [rested] = await database.query<{ yes: boolean }>("select outbox.rest($1) as yes", [courier]);
      if (rested!.yes) return "sleep";
    }
    await Promise.race([...underWay, pause(LOOK, ending)]);
    return "go on";
  }

  let failures = 0;
  while (runtime.now() < until && !ending.aborted) {
    try {
      if ((await turn()) === "sleep") return tried;
      failures = 0;
    } catch (error) {
      log("error", "the courier cannot reach the database", { courier, error });
      if (++failures > 5) break;
      await pause(500 * failures, ending);
    }
  }
  await Promise.all(underWay);
  await record();
  await database.query("select outbox.rest($1, true)", [courier]);
  return tried;
}

/** One try. Never throws: whatever happens is a result. */
async function attempt(delivery: Delivery, runtime: Runtime): Promise<Result> {
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
    if (!load) throw new Unsent(`There is no adapter ${delivery.adapter}: use one of ${Object.keys(ADAPTERS).join(", ")}.`);
    const adapter = await load();
    const clock = AbortSignal.timeout(delivery.timeout_ms);
    const done = await ("work" in adapter ? adapter.work(delivery, runtime, clock) : post(adapter, delivery, runtime, clock));
    result.outcome = done.outcome;
    result.error = "error" in done ? done.error : null;
    result.status_code = done.status ?? null;
    result.response_body = done.body?.slice(0, KEPT_BYTES).replaceAll("\0", "") ?? null;
    result.retry_after_ms = done.retryAfterMs ?? null;
  } catch (error) {
    result.outcome = error instanceof Unsent ? "unsent" : "retry";
    result.error = explain(error, delivery.timeout_ms);
  }
  result.duration_ms = Math.round(runtime.now() - started);
  return result;
}

async function post(adapter: Poster, delivery: Delivery, runtime: Runtime, signal: AbortSignal): Promise<Done> {
  const url = delivery.url ?? runtime.env(settingName(delivery.destination, "WEBHOOK_URL"));
  if (!url)
    throw new Unsent(
      `${settingName(delivery.destination, "WEBHOOK_URL")} is not set, and outbox.destinations.url is null: no address to send to.`,
    );
  const headers = await adapter.headers(delivery, runtime.env, runtime.now());
  const response = await fetch(url, {
    method: "POST",
    headers: { ...headers, "user-agent": "Signalbox/1" },
    body: delivery.body,
    redirect: "manual",
    signal,
  });
  const answer = { status: response.status, headers: response.headers, body: await readSome(response) };
  return { ...adapter.judge(answer), ...answer, ...retryAfter(response.headers, runtime.now()) };
}

/** The first part of an answer; the rest is not waited for. */
async function readSome(response: Response): Promise<string> {
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
  if (error instanceof Unsent) return error.message;
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `The receiver could not be reached: ${error instanceof Error ? error.message : error}${cause}`.slice(0, 1000);
}
