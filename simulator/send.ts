/** Sends test events as a provider would: once or many times, in order or shuffled, intact or corrupted. */
import { lettersOf } from "./body.ts";
import type { Sender } from "./sender.ts";
import { timeoutSignal } from "./timeout_signal.ts";

export interface TestEvent {
  type: string;
  body: string;
}

/** What to send, and how. */
export interface SendPlan {
  provider: string;
  sender: Sender;
  url: string;
  /** In the order they are sent in, unless there is a `seed`. */
  events: TestEvent[];
  /** How often each is sent, up to 16 at once. */
  times: number;
  /** Sends everything a second time after the first. */
  duplicate: boolean;
  /** Of the random order; undefined keeps the order of `events`. */
  seed: number | undefined;
  /** Changes each body after it is signed. */
  corrupt: boolean;
  /** Stops it. */
  signal?: AbortSignal;
}

const MAX_CONCURRENT = 16;
const TIMEOUT_MS = 30_000;

/**
 * Sends all of it, and prints each answer.
 * @returns how many answers were not as expected: 2xx, or 4xx to what is corrupted.
 */
export async function sendEvents(plan: SendPlan, print: (line: string) => void): Promise<number> {
  const { events, seed } = plan;
  const known = new Set<TestEvent>();
  const informOnce = async (event: TestEvent) => {
    if (!known.has(event)) await informStandIn(plan, event);
    known.add(event);
  };
  // In whatever order the webhooks arrive, the provider's API already knows all of their objects.
  if (seed !== undefined) for (const event of events) await informOnce(event);

  let unexpected = 0;
  for (const batch of batches(plan)) {
    await informOnce(batch[0]!);
    const worker = async () => {
      for (let event = batch.pop(); event; event = batch.pop()) {
        plan.signal?.throwIfAborted();
        const { status, line } = await sendOne(plan, event);
        print(events.length > 1 ? `${event.type} ${line}` : line);
        if (Math.floor(status / 100) !== (plan.corrupt ? 4 : 2)) unexpected++;
      }
    };
    await Promise.all(Array.from({ length: Math.min(MAX_CONCURRENT, batch.length) }, worker));
  }
  return unexpected;
}

/** Batches are sent one after another; the events of one batch are sent at once. */
function batches({ events, times, duplicate, seed }: SendPlan): TestEvent[][] {
  const inOrder = (duplicate ? [...events, ...events] : events).map((event) => Array<TestEvent>(times).fill(event));
  if (seed === undefined) return inOrder;
  // One at a time: sent at once, they would arrive in an order that no seed repeats.
  return inOrder
    .flat()
    .map((event, i) => ({ event, place: lettersOf(16, String(seed), String(i)) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ event }) => [event]);
}

/**
 * On a local stack, the stand-in for the provider's API learns of the event too: a function may ask that API about it.
 */
async function informStandIn({ provider, url, corrupt, signal }: SendPlan, { body }: TestEvent): Promise<void> {
  const { origin, hostname, pathname } = new URL(url);
  if (corrupt || !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) || !pathname.startsWith("/functions/v1/"))
    return;
  await post(`${origin}/providers/${provider}/_put`, body, {}, signal).catch(() => signal?.throwIfAborted());
}

async function sendOne(
  { sender, url, corrupt, signal }: SendPlan,
  { body }: TestEvent,
): Promise<{ status: number; line: string }> {
  const headers = await sender.headers(body, url);
  try {
    const { status, text } = await post(url, corrupt ? corrupted(body) : body, headers, signal);
    return { status, line: `${status} ${text}` };
  } catch (error) {
    signal?.throwIfAborted();
    const { message, cause } = error as Error;
    return { status: 0, line: `No answer from ${url}: ${cause instanceof Error ? cause.message : message}` };
  }
}

async function post(
  url: string,
  body: string,
  headers: Record<string, string> = {},
  stop?: AbortSignal,
): Promise<{ status: number; text: string }> {
  // Providers count a redirect as a failure: so does this.
  const response = await fetch(url, {
    method: "POST",
    headers,
    body,
    redirect: "manual",
    signal: timeoutSignal(TIMEOUT_MS, stop),
  });
  return { status: response.status, text: await response.text() };
}

/** Still JSON: the first string that ends with a letter or digit (mostly an id) gets another last character. */
function corrupted(body: string): string {
  return body.replace(
    /("[^"\\]*)([A-Za-z0-9])("\s*[,}\]])/,
    (_, before, last, after) => before + (last === "0" ? "1" : "0") + after,
  );
}
