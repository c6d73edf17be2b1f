/** `npm run pay -- <checkout_session_id>`: the buyer on the provider's page, where that provider is its stand-in. `USAGE` says the rest. */
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { DEVELOPMENT_KEYS } from "../local/keys.ts";
import { fapshi } from "../simulator/providers/fapshi.ts";
import { paypal } from "../simulator/providers/paypal.ts";
import { stripe } from "../simulator/providers/stripe.ts";
import type { Sender } from "./send.ts";

const senders: Record<string, Sender> = { stripe, paypal, fapshi };

const USAGE = `npm run pay -- <checkout_session_id> [captured|failed|pending] [--url URL]

Does on the provider's page what a buyer would, where npm start has stand-ins for the providers: pays (captured), is declined
(failed), or pays in a way that takes its time (pending; pay once more to end it). Then sends the provider's webhooks.

  <checkout_session_id>  what POST /functions/v1/checkout answered
  --url URL              the stack's functions (default: $SIGNALBOX_URL, or the local stack of npm start)`;

class UsageError extends Error {}

/** Runs the command; resolves to its exit code. */
export async function pay(args: string[]): Promise<number> {
  try {
    const { id, outcome, functionsUrl } = understand(args);
    const started = await startedFor(id, functionsUrl);
    const bodies = await payAt(started, outcome, functionsUrl);
    if (bodies.length === 0) console.log(`${started.provider} tells nothing of it yet.`);
    let failed = 0;
    for (const body of bodies) if (!(await tell(started.provider, body, functionsUrl))) failed++;
    return failed === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : (error as Error).message);
    return error instanceof UsageError ? 2 : 1;
  }
}

function understand(args: string[]) {
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { url: { type: "string" } } });
    const [id = "", outcome = "captured", ...rest] = positionals;
    if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id))
      throw new Error(id ? `"${id}" is no checkout_session_id.` : "Which checkout?");
    if (!["captured", "failed", "pending"].includes(outcome) || rest.length > 0)
      throw new Error(`There is no outcome "${outcome}".`);
    return {
      id,
      outcome,
      functionsUrl:
        values.url ?? (process.env.SIGNALBOX_URL || "http://127.0.0.1:54321/functions/v1").replace(/\/$/, ""),
    };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

interface Started {
  provider: string;
  provider_ref: string;
}

/** What a checkout started at its provider, as the service key may read it. */
async function startedFor(id: string, functionsUrl: string): Promise<Started> {
  const url = new URL(
    `/rest/v1/started_payments?checkout_session_id=eq.${id}&select=provider,provider_ref`,
    functionsUrl,
  );
  const [started] = (await ask(url, { headers: { apikey: DEVELOPMENT_KEYS.secretKey } })) as Started[];
  if (!started)
    throw new Error(`Nothing was started at a provider for checkout ${id}. Open it by POST ${functionsUrl}/checkout.`);
  return started;
}

async function payAt(
  { provider, provider_ref: ref }: Started,
  outcome: string,
  functionsUrl: string,
): Promise<string[]> {
  const url = new URL(`/providers/${provider}/_pay`, functionsUrl);
  return (await ask(url, { method: "POST", body: JSON.stringify({ ref, outcome }) })) as string[];
}

async function ask(url: URL, options: RequestInit): Promise<unknown> {
  const response = await fetch(url, options).catch(() => {
    throw new Error(`Nothing answers at ${url.origin}. Start the stack (npm start), or name it: --url <functions_url>`);
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${response.status} ${answer.message}`);
  return answer;
}

/** Sends one webhook as the provider would; whether it was taken. */
async function tell(provider: string, body: string, functionsUrl: string): Promise<boolean> {
  const url = `${functionsUrl}/${provider}`;
  const response = await fetch(url, { method: "POST", headers: await senders[provider]!.headers(body, url), body });
  console.log(`${provider} ${response.status} ${await response.text()}`);
  return response.ok;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.exitCode = await pay(process.argv.slice(2));
