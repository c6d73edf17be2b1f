/** `npm run send`: signed test events of any provider, to any URL. The engine is simulator/send.ts. */
import { randomInt, randomUUID } from "node:crypto";
import { type SendPlan, sendEvents } from "../simulator/send.ts";
import { SENDERS } from "../simulator/senders.ts";
import { type CommandLine, main, type RunOptions, runCommand, UsageError, usage, wholeNumber } from "./command.ts";
import { functionsUrlFrom } from "./functions_url.ts";

const HELP = `
Sends signed test events to any URL, as the provider would.

npm run send -- <provider> <type> [<type>…] [options]

Several types tell one story: they are about the same sale, and are sent one after another.
"all" is every type there is.

  <provider>         ${Object.keys(SENDERS).join(", ")}
  --url URL          where to send to (default: $SIGNALBOX_URL/<provider>, or the local stack of npm start)
  --set PATH=VALUE   sets a field, and may be repeated: --set data.object.metadata.checkout_session_id=…
                     JSON values (5, true, null, "5", {"a":1}) are read as such, everything else as text
  --times N          sends each event N times, up to 16 at once: all but one are duplicates
  --sale NAME        the same name gives the same object ids in every event, so that a refund finds its payment
  --duplicate        sends everything a second time after the first: the same bodies, signed anew
  --shuffle          sends everything in a random order, one at a time, and prints the seed of that order
  --seed N           sends in the order that --shuffle had with this seed
  --corrupt          changes each body after it is signed: every answer should be a refusal

Exit code: 0 when every answer was 2xx (with --corrupt: 4xx), 1 when not, 2 when the command line was not understood.`;

const OPTIONS = {
  url: { type: "string" },
  set: { type: "string", multiple: true },
  times: { type: "string", default: "1" },
  sale: { type: "string" },
  duplicate: { type: "boolean", default: false },
  shuffle: { type: "boolean", default: false },
  seed: { type: "string" },
  corrupt: { type: "boolean", default: false },
} as const;

/** Runs the command; resolves to its exit code. */
export function send(args: string[], { signal }: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP, options: OPTIONS, allowPositionals: true }, args, signal, async (line) => {
    const plan = planOf(line);
    await checkSecret(plan);
    if (plan.seed !== undefined) console.log(`--seed ${plan.seed}`);
    return (await sendEvents({ ...plan, signal }, console.log)) === 0 ? 0 : 1;
  });
}

/** @throws UsageError when the secret to sign with is not set: before anything is sent. */
async function checkSecret({ sender, events, url }: SendPlan): Promise<void> {
  try {
    await sender.headers(events[0]!.body, url);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function planOf({ values, positionals }: CommandLine<typeof OPTIONS>): SendPlan {
  const { duplicate, corrupt, sale = randomUUID() } = values;
  const [provider = "", ...types] = positionals;
  const sender = Object.hasOwn(SENDERS, provider) ? SENDERS[provider] : undefined;
  if (!sender) {
    const complaint = provider ? `There is no provider "${provider}".` : "Which provider?";
    throw new UsageError(`${complaint} There is: ${Object.keys(SENDERS).join(", ")}`);
  }
  const unknown = types.find((type) => type !== "all" && !sender.types.includes(type));
  if (types.length === 0 || unknown !== undefined) {
    const complaint = unknown === undefined ? "Which event?" : `There is no ${provider} event "${unknown}".`;
    throw new UsageError(`${complaint} There is:\n  ${sender.types.join("\n  ")}`);
  }

  const times = wholeNumber("times", values.times, 1);
  const seed =
    values.seed !== undefined ? wholeNumber("seed", values.seed, 0) : values.shuffle ? randomInt(1_000_000) : undefined;

  const name = sender.function ?? provider;
  const url = values.url ?? `${functionsUrlFrom(process.env)}/${name}`;
  if (!URL.canParse(url))
    throw new UsageError(`--url ${url}: expected a whole URL, like http://127.0.0.1:54321/functions/v1/${name}`);

  const events = usage(() => {
    const overrides = Object.fromEntries((values.set ?? []).map(assignment));
    const named = types.flatMap((type) => (type === "all" ? sender.types : type));
    return named.map((type) => ({ type, body: sender.event(type, overrides, sale) }));
  });
  return { provider, sender, url, events, times, duplicate, seed, corrupt };
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

await main(import.meta.url, send);
