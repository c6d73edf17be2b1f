/** `npm run send -- <provider> <type>`: a signed test event to any URL. `USAGE` below says the rest. */
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { stripe } from "./send/stripe.ts";

/** How the events of one provider are made. */
export interface Sender {
  types: readonly string[];
  /** The body of a new event. The same `sale` gives the same ids of what the event is about. Throws when a path of `overrides` is wrong. */
  event(type: string, overrides: Record<string, unknown>, sale?: string): string;
  /** The signed headers that go with it. */
  headers(body: string): Record<string, string> | Promise<Record<string, string>>;
}

const senders: Record<string, Sender> = { stripe };

const USAGE = `npm run send -- <provider> <type> [options]

  --url URL          where to (default: $SIGNALBOX_URL/<provider>, or the local stack of npm start)
  --set PATH=VALUE   sets a field, and may be repeated: --set data.object.metadata.checkout_session_id=…
                     JSON values (5, true, null, "5", {"a":1}) are read as such, all else as text
  --times N          sends the same event N times, up to 16 at once: all but one are duplicates
  --sale NAME        the same name gives the same object ids in every event, so that a refund finds its payment`;

class UsageError extends Error {}

/** Runs the command; resolves to its exit code: 0 when every answer was 2xx, 1 when not, 2 when it was not understood. */
export async function send(args: string[]): Promise<number> {
  try {
    const { sender, url, body, times } = understand(args);
    const failed = await sendAll(sender, url, body, times);
    return failed === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${USAGE}`);
    return 2;
  }
}

function understand(args: string[]) {
  const { values, positionals } = usage(() =>
    parseArgs({
      args,
      allowPositionals: true,
      options: {
        url: { type: "string" },
        set: { type: "string", multiple: true, default: [] },
        times: { type: "string", default: "1" },
        sale: { type: "string" },
      },
    }),
  );
  const [provider = "", type = "", ...rest] = positionals;
  const sender = senders[provider];
  if (!sender)
    throw new UsageError(
      `${provider ? `There is no provider "${provider}".` : "Which provider?"} There is: ${Object.keys(senders).join(", ")}`,
    );
  if (!sender.types.includes(type)) {
    throw new UsageError(`${type ? `There is no ${provider} event "${type}".` : "Which event?"} There is:\n  ${sender.types.join("\n  ")}`);
  }
  if (rest.length > 0) throw new UsageError(`What is "${rest.join(" ")}"?`);

  const times = Number(values.times);
  if (!Number.isInteger(times) || times < 1) throw new UsageError(`--times ${values.times}: expected a number from 1 up`);

  const url = values.url ?? `${(process.env.SIGNALBOX_URL || "http://127.0.0.1:54321/functions/v1").replace(/\/$/, "")}/${provider}`;
  if (!URL.canParse(url)) throw new UsageError(`--url ${url}: expected a whole URL, like http://127.0.0.1:54321/functions/v1/${provider}`);

  const body = usage(() => sender.event(type, Object.fromEntries(values.set.map(assignment)), values.sale));
  return { sender, url, body, times };
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

/** Sends `body` that many times, up to 16 at once, prints each answer, and counts those that were not 2xx. */
async function sendAll(sender: Sender, url: string, body: string, times: number): Promise<number> {
  let left = times;
  let failed = 0;
  const worker = async () => {
    while (left-- > 0) {
      const { ok, line } = await sendOne(sender, url, body);
      console.log(line);
      if (!ok) failed++;
    }
  };
  await Promise.all(Array.from({ length: Math.min(16, times) }, worker));
  return failed;
}

async function sendOne(sender: Sender, url: string, body: string): Promise<{ ok: boolean; line: string }> {
  const headers = await sender.headers(body);
  try {
    // Providers count a redirect as a failure, and so must this.
    const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(30_000) });
    return { ok: response.ok, line: `${response.status} ${await response.text()}` };
  } catch (error) {
    const { message, cause } = error as Error;
    return { ok: false, line: `No answer from ${url}: ${cause instanceof Error ? cause.message : message}` };
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.exitCode = await send(process.argv.slice(2));
