/** Plays the buyer on the provider's page, on a local stack where stand-ins play the providers. */
import { DEVELOPMENT_KEYS } from "../local/keys.ts";
import { SENDERS } from "./senders.ts";

export const OUTCOMES = ["captured", "failed", "pending"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The row of public.started_payments. */
interface StartedPayment {
  provider: string;
  provider_ref: string;
}

/**
 * Pays for a checkout at its provider's stand-in, sends the webhooks that the provider would send, and prints each
 * answer.
 * @returns whether all webhooks were accepted.
 * @throws Error when nothing answers at `functionsUrl`, or no payment was started for this checkout.
 */
export async function payCheckout(
  order: { checkoutId: string; outcome: Outcome; functionsUrl: string; signal?: AbortSignal },
  print: (line: string) => void,
): Promise<boolean> {
  const { checkoutId, outcome, functionsUrl, signal } = order;
  const { provider, provider_ref } = await startedPayment(checkoutId, functionsUrl, signal);
  const url = new URL(`/providers/${provider}/_pay`, functionsUrl);
  const body = JSON.stringify({ ref: provider_ref, outcome });
  const webhooks = (await requestJson(url, { method: "POST", body, signal })) as string[];
  if (webhooks.length === 0) print(`${provider} sends no webhook for it yet.`);
  return await sendWebhooks(provider, webhooks, functionsUrl, print, undefined, signal);
}

/**
 * Sends webhooks to the provider's function, signed as the provider would, and prints each answer. `env`: the
 * variables with the secrets.
 * @returns whether all were accepted.
 */
export async function sendWebhooks(
  provider: string,
  webhooks: string[],
  functionsUrl: string,
  print: (line: string) => void,
  env?: Record<string, string>,
  signal?: AbortSignal,
): Promise<boolean> {
  let accepted = true;
  for (const webhook of webhooks)
    accepted = (await sendWebhook(provider, webhook, functionsUrl, print, env, signal)) && accepted;
  return accepted;
}

/** The payment that the checkout started at its provider, read with the service key. */
async function startedPayment(checkoutId: string, functionsUrl: string, signal?: AbortSignal): Promise<StartedPayment> {
  const url = new URL(
    `/rest/v1/started_payments?checkout_session_id=eq.${checkoutId}&select=provider,provider_ref`,
    functionsUrl,
  );
  const [started] = (await requestJson(url, {
    headers: { apikey: DEVELOPMENT_KEYS.secretKey },
    signal,
  })) as StartedPayment[];
  if (!started)
    throw new Error(`No payment was started for checkout ${checkoutId}. Open it first: POST ${functionsUrl}/checkout.`);
  return started;
}

async function requestJson(url: URL, options: RequestInit): Promise<unknown> {
  const response = await fetch(url, options).catch(() => {
    throw new Error(`Nothing answers at ${url.origin}. Start the stack (npm start), or name it: --url <functions_url>`);
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${response.status} ${answer.message}`);
  return answer;
}

/** @returns whether the function accepted it. */
async function sendWebhook(
  provider: string,
  body: string,
  functionsUrl: string,
  print: (line: string) => void,
  env?: Record<string, string>,
  signal?: AbortSignal,
): Promise<boolean> {
  const url = `${functionsUrl}/${provider}`;
  const headers = await SENDERS[provider]!.headers(body, url, env);
  const response = await fetch(url, { method: "POST", headers, body, signal });
  print(`${provider} ${response.status} ${await response.text()}`);
  return response.ok;
}
