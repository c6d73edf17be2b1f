/** `npm run send -- <provider> <type>…`: signed test events to any URL. `USAGE` below says the rest. */
import { randomInt, randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { lettersOf } from "../simulator/body.ts";
import { fapshi } from "../simulator/providers/fapshi.ts";
import { fathom } from "../simulator/providers/fathom.ts";
import { make } from "../simulator/providers/make.ts";
import { paypal } from "../simulator/providers/paypal.ts";
import { railway } from "../simulator/providers/railway.ts";
import { stripe } from "../simulator/providers/stripe.ts";
import { whop } from "../simulator/providers/whop.ts";

/** How the events of one provider are made. */
export interface Sender {
  types: readonly string[];
  /** The function that takes them in, where it has another name than the provider. */
  function?: string;
  /** The body of a new event. The same `sale` gives the same ids of what the event is about. Throws when a path of `overrides` is wrong. */
  event(type: string, overrides: Record<string, unknown>, sale?: string): string;
  /** The signed headers that go with it, when it is sent to `url`. */
  headers(body: string, url: string): Record<string, string> | Promise<Record<string, string>>;
}

const senders: Record<string, Sender> = { stripe, fapshi, fathom, paypal, whop, railway, make };

const USAGE = `npm run send -- <provider> <type> [<type>…] [options]

Several types make one story: they are about the same sale, and are sent one after another. "all" is every type there is.

  --url URL          where to (default: $SIGNALBOX_URL/<provider>, or the local stack of npm start)
  --set PATH=VALUE   sets a field, and may be repeated: --set data.object.metadata.checkout_session_id=…
                     JSON values (5, true, null, "5", {"a":1}) are read as such, all else as text
  --times N          sends each event N times, up to 16 at once: all but one are duplicates
  --sale NAME        the same name gives the same object ids in every event, so that a refund finds its payment
  --duplicate        sends everything a second time, after the first: the same bodies, signed anew
  --shuffle          sends everything in a random order, one at a time, and prints the order's seed
  --seed N           sends in the order that --shuffle had with this seed
  --corrupt          changes each body after it is signed: every answer should be a refusal

Exit code: 0 when every answer was 2xx (with --corrupt: 4xx), 1 when not, 2 when the command was not understood.`;

class UsageError extends Error {}

/** What is to be sent, and how. */
interface Order {
  provider: string;
  sender: Sender;
  url: string;
  /** One of each type, in the order of the command line. */
  events: Event[];
  times: number;
  duplicate: boolean;
  /** Of the random order; undefined: as the events are. */
  seed: number | undefined;
  corrupt: boolean;
}

interface Event {
  type: string;
  body: string;
}

/** Runs the command; resolves to its exit code. */
export async function send(args: string[]): Promise<number> {
  try {
    const order = understand(args);
    if (order.seed !== undefined) console.log(`--seed ${order.seed}`);
    const failed = await sendAll(order);
    return failed === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${USAGE}`);
    return 2;
  }
}

function understand(args: string[]): Order {
  const { values, positionals } = usage(() =>
    parseArgs({
      args,
      allowPositionals: true,
      options: {
        url: { type: "string" },
        set: { type: "string", multiple: true, default: [] },
        times: { type: "string", default: "1" },
        sale: { type: "string", default: randomUUID() },
        duplicate: { type: "boolean", default: false },
        shuffle: { type: "boolean", default: false },
        seed: { type: "string" },
        corrupt: { type: "boolean", default: false },
      },
    }),
  );
  const { duplicate, corrupt, sale } = values;
  const [provider = "", ...types] = positionals;
  const sender = Object.hasOwn(senders, provider) ? senders[provider] : undefined;
  if (!sender)
    throw new UsageError(
      `${provider ? `There is no provider "${provider}".` : "Which provider?"} There is: ${Object.keys(senders).join(", ")}`,
    );
  const unknown = types.find((type) => type !== "all" && !sender.types.includes(type));
  if (types.length === 0 || unknown !== undefined) {
    const complaint = unknown === undefined ? "Which event?" : `There is no ${provider} event "${unknown}".`;
    throw new UsageError(`${complaint} There is:\n  ${sender.types.join("\n  ")}`);
  }

  const times = whole("times", values.times, 1);
  const seed =
    values.seed !== undefined ? whole("seed", values.seed, 0) : values.shuffle ? randomInt(1_000_000) : undefined;

  const name = sender.function ?? provider;
  const url =
    values.url ?? `${(process.env.SIGNALBOX_URL || "http://127.0.0.1:54321/functions/v1").replace(/\/$/, "")}/${name}`;
  if (!URL.canParse(url))
    throw new UsageError(`--url ${url}: expected a whole URL, like http://127.0.0.1:54321/functions/v1/${name}`);

  const events = usage(() => {
    const overrides = Object.fromEntries(values.set.map(assignment));
    const named = types.flatMap((type) => (type === "all" ? sender.types : type));
    return named.map((type) => ({ type, body: sender.event(type, overrides, sale) }));
  });
  return { provider, sender, url, events, times, duplicate, seed, corrupt };
}

function whole(option: string, text: string, least: number): number {
  const number = Number(text);
  if (text === "" || !Number.isSafeInteger(number) || number < least) {
    throw new UsageError(`--${option} ${text}: expected a number from ${least} up`);
  }
  return number;
}

/** Turns what goes wrong in reading the command line into an error that shows the usage. */
function usage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function assignment(text: string): [path: string, value: unknown] {
  const [path, ...value] = text.split("=");
  if (!path || value.length === 0) throw new Error(`--set ${text}: expected path=value`);
  try {
    return [path, JSON.parse(value.join("="))];
  } catch {
    return [path, value.join("=")];
  }
}

/** Sends what is ordered, prints each answer, and counts those that were not as they should be. */
async function sendAll(order: Order): Promise<number> {
  const { events, seed } = order;
  const told = new Set<Event>();
  const tell = async (event: Event) => {
    if (!told.has(event)) await tellStandIn(order, event);
    told.add(event);
  };
  // Whatever the order they come in, at the provider all of it has happened.
  if (seed !== undefined) for (const event of events) await tell(event);

  let failed = 0;
  for (const together of turns(order)) {
    await tell(together[0]!);
    const worker = async () => {
      for (let event = together.pop(); event; event = together.pop()) {
        const { status, line } = await sendOne(order, event);
        console.log(events.length > 1 ? `${event.type} ${line}` : line);
        if (Math.floor(status / 100) !== (order.corrupt ? 4 : 2)) failed++;
      }
    };
    await Promise.all(Array.from({ length: Math.min(16, together.length) }, worker));
  }
  return failed;
}

/** One turn after another; what one holds is sent together. */
function turns({ events, times, duplicate, seed }: Order): Event[][] {
  const inOrder = (duplicate ? [...events, ...events] : events).map((event) => Array<Event>(times).fill(event));
  if (seed === undefined) return inOrder;
  // Each by itself: at once, they would come in an order that no seed brings back.
  return inOrder
    .flat()
    .map((event, i) => ({ event, place: lettersOf(16, String(seed), String(i)) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ event }) => [event]);
}

/** The provider's API, which a function may ask, knows what the provider sends: so must its stand-in, where there is one. */
async function tellStandIn({ provider, url, corrupt }: Order, { body }: Event): Promise<void> {
  const { origin, hostname, pathname } = new URL(url);
  if (corrupt || !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) || !pathname.startsWith("/functions/v1/"))
    return;
  await post(`${origin}/providers/${provider}/_put`, body).catch(() => {});
}

async function sendOne({ sender, url, corrupt }: Order, { body }: Event): Promise<{ status: number; line: string }> {
  const headers = await usage(() => sender.headers(body, url));
  try {
    const { status, text } = await post(url, corrupt ? corrupted(body) : body, headers);
    return { status, line: `${status} ${text}` };
  } catch (error) {
    const { message, cause } = error as Error;
    return { status: 0, line: `No answer from ${url}: ${cause instanceof Error ? cause.message : message}` };
  }
}

async function post(
  url: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  // Providers count a redirect as a failure, and so must this.
  const response = await fetch(url, {
    method: "POST",
    headers,
    body,
    redirect: "manual",
    signal: AbortSignal.timeout(30_000),
  });
  return { status: response.status, text: await response.text() };
}

/** Another JSON text: the first text in it that ends with a letter or digit (an id, mostly) ends with another. */
function corrupted(body: string): string {
  return body.replace(
    /("[^"\\]*)([A-Za-z0-9])("\s*[,}\]])/,
    (_, before, last, after) => before + (last === "0" ? "1" : "0") + after,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.exitCode = await send(process.argv.slice(2));
