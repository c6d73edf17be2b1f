/**
 * Run by Deno, whose fetch fails in other words than Node's: makes the attempts and the calls of a provider's API that
 * standard input names, and prints what became of each as a line of JSON.
 */
import { openApi } from "../../../functions/_shared/http/api_client.ts";
import type { Delivery } from "../../../functions/_shared/outbound/adapter.ts";
import { attempt } from "../../../functions/_shared/outbound/attempt.ts";
import type { Runtime } from "../../../functions/_shared/platform/runtime.ts";
import { openStripe } from "../../../functions/_shared/providers/stripe/api.ts";

declare const Deno: { stdin: { readable: ReadableStream<Uint8Array> } };

/**
 * One request to make: an attempt of a delivery, a call of a provider's API, or one of Stripe's. `key`: sent as
 * make.com's API key, or as the API's credentials.
 */
export interface Asked {
  name: string;
  kind: "attempt" | "api" | "stripe";
  url: string;
  key?: string;
  timeoutMs?: number;
}

export interface Became {
  name: string;
  outcome: string;
  error: string | null;
  body: string | null;
}

const SIGNING_SECRET = `whsec_${btoa("0123456789abcdef01234567")}`;

async function send({ name, url, key, timeoutMs = 60_000 }: Asked): Promise<Became> {
  const env: Record<string, string | undefined> = { OUTBOUND_ALLOW_LOOPBACK: "true", MAKE_API_KEY: key };
  const runtime = { env: (variable: string) => env[variable], now: Date.now } as unknown as Runtime;
  const delivery: Delivery = {
    ...{ delivery_id: "1", attempt: 1, message_id: crypto.randomUUID(), type: "thing.made" },
    ...{ destination: "make", adapter: "make", url, timeout_ms: timeoutMs, provider: null, replay_id: null },
    body: '{"type":"thing.made"}',
  };
  const { outcome, error, response_body } = await attempt(delivery, runtime, { of: async () => [SIGNING_SECRET] });
  return { name, outcome, error, body: response_body };
}

async function ask({ name, kind, url, key, timeoutMs = 10_000 }: Asked): Promise<Became> {
  const env: Record<string, string> = { STRIPE_BASE_URL: url, STRIPE_API_KEY: key ?? "sk_test_very-secret-key" };
  try {
    // A POST, which is not repeated.
    const api = openApi({
      name: "tests",
      base: url,
      headers: { ...(key && { apikey: key }) },
      timeout: Math.min(timeoutMs, 20_000),
    });
    const answered =
      kind === "api"
        ? await api.post("/things")
        : await openStripe((variable) => env[variable], AbortSignal.timeout(Math.min(timeoutMs, 20_000))).paymentIntent(
            "pi_1",
          );
    return { name, outcome: "answered", error: null, body: JSON.stringify(answered) };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { name, outcome: code ?? "thrown", error: message, body: null };
  }
}

const asked: Asked[] = JSON.parse(await new Response(Deno.stdin.readable).text());
await Promise.all(
  asked.map(async (one) => console.log(JSON.stringify(await (one.kind === "attempt" ? send(one) : ask(one))))),
);
